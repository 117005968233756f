# make sim [DURATION=30]   create the environment, install the package, run the forearm graph until DURATION (s)
#                          or Ctrl-C
# make test                create the environment, install the package, run all tests
# make develop             install the package in editable mode with the development tools
# make clean               remove the environment and the build folder

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DURATION ?= 0
WORKERS ?= 2
TORCH := torch==2.13.0
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu

SOURCES := $(shell find emgsim_ros msg srv config launch ckp cmake -type f -not -name '*.pyc') \
           pyproject.toml CMakeLists.txt package.xml

# By default, ROS 2 discovery is restricted to this host.
export ROS_AUTOMATIC_DISCOVERY_RANGE ?= LOCALHOST

.PHONY: sim test develop clean

sim: $(VENV)/.installed
	$(BIN)/emgsim launch forearm_sim --record --duration $(DURATION)

test: $(VENV)/.tested
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

$(VENV)/.installed: $(VENV)/.torch $(SOURCES)
	$(BIN)/pip install --quiet -c constraints.txt '.[view]'
	@touch $@

$(VENV)/.tested: $(VENV)/.torch $(SOURCES)
	$(BIN)/pip install --quiet -c constraints.txt '.[test]'
	@touch $@ $(VENV)/.installed

# Without an NVIDIA GPU the CPU build of torch is installed: from PyTorch's CPU index if it is reachable, otherwise
# from the index that pip is configured to use.
$(VENV)/.torch: constraints.txt
	$(PYTHON) -m venv $(VENV)
	@echo "installing $(TORCH)"
	@if command -v nvidia-smi >/dev/null; then options=""; \
	elif $(PYTHON) scripts/reachable.py $(TORCH_CPU_INDEX); then options="--index-url $(TORCH_CPU_INDEX)"; \
	else options=""; fi; \
	$(BIN)/pip install --quiet $$options -c constraints.txt $(TORCH)
	@touch $@

develop: $(VENV)/.torch
	$(BIN)/pip install -c constraints.txt -e '.[test,dev]'
	@touch $(VENV)/.installed $(VENV)/.tested

clean:
	rm -rf $(VENV) build
