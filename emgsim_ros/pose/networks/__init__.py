"""Networks from EMG to joint angles: emg2pose's and NeuroPose's, into which published weights load, and our own."""
