# Two commands: `make demo` sets up and runs the product on its sample article, `make check` sets up and runs the whole gate.
# Each sets up once; it does so again only when pyproject.toml or the locks change.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Exactly the files that this release was tested with, by their hashes; nothing is built, so nothing of theirs is run.
LOCKED := $(PIP) --require-hashes --no-deps --only-binary :all: --requirement
# Of these there are several builds, for CPUs and for CUDA, and which one it is, is the host's choice.
UNLOCKED := torch triton cuda-bindings cuda-pathfinder cuda-toolkit $(addprefix nvidia-,cublas cuda-cupti cuda-nvrtc cuda-runtime \
	cudnn-cu13 cufft cufile curand cusolver cusparse cusparselt-cu13 nccl-cu13 nvjitlink nvshmem-cu13 nvtx)
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" \
	$(addprefix --no-emit-package ,$(UNLOCKED)) pyproject.toml -

.PHONY: demo check format audit lock clean

demo: $(VENV)/.installed
	$(BIN)/pullquote demo

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Looks for known vulnerabilities; it has an environment of its own, so that nothing of it is among what it looks at.
audit: $(VENV)/.installed-audit
	$(VENV)/audit/bin/python .ci/audit.py

# Needs uv. Versions stay as they are as long as pyproject.toml allows them; without the two files they are the newest.
lock:
	echo "setuptools>=77" | $(LOCK) --output-file requirements.txt
	echo "setuptools>=77" | $(LOCK) --constraint requirements.txt --extra dev --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) build dist *.egg-info

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml requirements.txt | $(BIN)/python
	$(LOCKED) requirements.txt
	$(PIP) torch==2.13.0
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(LOCKED) requirements-dev.txt
	touch $@

$(VENV)/.installed-audit: | $(BIN)/python
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	touch $@
