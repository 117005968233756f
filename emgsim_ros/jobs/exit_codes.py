"""Exit codes of nodes and of the command line."""

FINISHED = 0  # the task is complete; the graph ends
REFUSED = 2  # a rejected parameter or file, or a missing package: a restart would not help, so the graph ends
# Any other exit code is a crash, after which the node is restarted.
