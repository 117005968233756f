"""A live page in the browser with the arm, its EMG, the motor-unit discharges, and the true and estimated hand.

The page is a viewer of rerun (https://rerun.io). All views accept messages from rclpy as well as from a bag.
"""
