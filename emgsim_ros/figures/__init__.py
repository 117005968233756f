"""Pictures of recordings and models."""
