# make sim [DURATION=30]   create the environment, install the package, run the forearm graph until DURATION (s)
#                          or Ctrl-C
# make test                create the environment, install the package, run all tests
# make test-other-cpu [VARIANT=blas|numpy|torch|libm|numba] [TESTS="test/emg test/pose"]
#                          run the fast tests with the kernels of another CPU (docs/reproducibility.md); default all
# make develop             install the package in editable mode with the development tools
# make clean               remove the environment and the build folder

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DURATION ?= 0
WORKERS ?= 2
VARIANT ?= all
TESTS ?= test
TORCH := torch==2.13.0
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu

SOURCES := $(shell find emgsim_ros msg srv config launch ckp cmake -type f -not -name '*.pyc') \
           pyproject.toml CMakeLists.txt package.xml

# By default, ROS 2 discovery is restricted to this host.
export ROS_AUTOMATIC_DISCOVERY_RANGE ?= LOCALHOST

.PHONY: sim test test-other-cpu develop clean

sim: $(VENV)/.installed
	$(BIN)/emgsim launch forearm_sim --record --duration $(DURATION)

test: $(VENV)/.tested
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

test-other-cpu: $(VENV)/.tested
	@variables=$$($(BIN)/python scripts/other_cpu.py $(VARIANT)) && echo "$$variables" && \
	env $$variables $(BIN)/python scripts/other_cpu.py --show && \
	env $$variables $(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not graph" $(TESTS)

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
