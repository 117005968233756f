"""The command line: ``emgsim <verb>``, a thin file per verb."""
