# emgsim_ros on the official image of ROS 2 Jazzy (Ubuntu 24.04, Python 3.12):
#
#     docker build -t emgsim_ros .
#     docker run --rm -it emgsim_ros
#     docker run --rm -it emgsim_ros emgsim simulate forearm_sim --duration 10 --output /tmp/run.h5
#
# NOT RUN HERE: this file was linted with hadolint, but never built, because no Docker registry was reachable. The messages
# from apt are built for numpy 1.26 and OpenSim needs numpy 2.1 or newer; docs/ros2_tools.md describes the alternative if they
# prove to be incompatible.
FROM ros:jazzy

SHELL ["/bin/bash", "-o", "pipefail", "-c"]

# The ROS packages of package.xml; most of them are in the image already.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        python3-venv \
        ros-jazzy-diagnostic-msgs \
        ros-jazzy-geometry-msgs \
        ros-jazzy-launch-ros \
        ros-jazzy-rcl-interfaces \
        ros-jazzy-rclpy \
        ros-jazzy-rmw-fastrtps-cpp \
        ros-jazzy-rosgraph-msgs \
        ros-jazzy-rosidl-default-generators \
        ros-jazzy-sensor-msgs \
        ros-jazzy-std-msgs \
        ros-jazzy-visualization-msgs \
    && rm -rf /var/lib/apt/lists/*

# Ubuntu 24.04 does not allow pip to change the system's Python, so the packages that are not in apt go into a virtual
# environment that also has the ROS packages. torch comes from PyTorch's index of CPU builds.
ENV VIRTUAL_ENV=/opt/venv
RUN python3 -m venv --system-site-packages "$VIRTUAL_ENV"
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
WORKDIR /workspace/src/emgsim_ros
COPY pyproject.toml constraints.txt ./
RUN pip install --no-cache-dir -c constraints.txt --index-url https://download.pytorch.org/whl/cpu torch \
    && python -c 'import tomllib; print(*(one for one in tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"] if not one.startswith("ros-")), sep="\n")' > /tmp/requirements.txt \
    && pip install --no-cache-dir -c constraints.txt -r /tmp/requirements.txt \
    && rm /tmp/requirements.txt

COPY CMakeLists.txt package.xml LICENSE NOTICE ./
COPY cmake cmake
COPY msg msg
COPY srv srv
COPY launch launch
COPY config config
COPY ckp ckp
COPY emgsim_ros emgsim_ros
WORKDIR /workspace
# hadolint ignore=SC1091
RUN . /opt/ros/jazzy/setup.bash \
    && colcon build --packages-select emgsim_ros \
    && printf '#!/usr/bin/env python3\nimport sys\nfrom emgsim_ros.cli.app import main\nsys.exit(main())\n' > /usr/local/bin/emgsim \
    && chmod +x /usr/local/bin/emgsim

# `ros2` is a script for the system's Python; this lets it find the packages of the virtual environment.
ENV PYTHONPATH=/opt/venv/lib/python3.12/site-packages
USER 1000
WORKDIR /home/ubuntu
ENTRYPOINT ["/bin/bash", "-c", "source /workspace/install/setup.bash && exec \"$0\" \"$@\""]
CMD ["ros2", "launch", "emgsim_ros", "forearm_sim.launch.py"]
