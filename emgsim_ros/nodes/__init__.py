"""The ROS 2 nodes: parameters and topics around the domain packages."""
