"""What the exit code of a node, or of the command line, says."""

FINISHED = 0  # done what it was started for: the graph ends with it
REFUSED = 2  # a parameter or file that no restart can mend: the graph ends in failure; any other code is a crash
