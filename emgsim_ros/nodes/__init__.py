"""The ROS 2 nodes: parameters and topics around the domain packages. Only this package imports rclpy."""
