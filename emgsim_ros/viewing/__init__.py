"""A live page in the browser: the arm with its EMG, the discharges behind it, the hand and its estimate.

The page is rerun's (https://rerun.io). Everything here takes messages as they come, from rclpy or from a bag.
"""
