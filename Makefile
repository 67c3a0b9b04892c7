# The single entry: each target sets up what it needs, and a second call does nothing.
PYTHON ?= python3
VENV := .venv
BOX := .box
BIN := $(VENV)/bin
SITE := _build/html/.stamp
LIVE := vendor/live/.stamp
PIP := $(BIN)/uv pip install --quiet --no-config --no-deps --compile-bytecode

export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
unexport PYTHONDONTWRITEBYTECODE

LIBRARY := $(wildcard convlib/*.py)
HELPERS := $(wildcard book/_*.py) $(wildcard bench/results/*.json)
PAGES := _config.yml _toc.yml $(shell find book -type f -not -name '*.py' -not -path '*/__pycache__/*')
WEBSITE := $(wildcard book/_website/*.py book/_browser/*.py book/_browser/*/*.py)
ASSIGNMENTS := $(notdir $(patsubst %/cases.py,%,$(wildcard solutions/*/cases.py)))
RELEASES := $(foreach id,$(ASSIGNMENTS),exercises/$(id)/$(id).ipynb)
SAMPLE := _build/sample_class

.PHONY: course test setup book pdf release sample lint doctor lock clean clean-class chromium g++ postgresql bench
.DELETE_ON_ERROR:

course: book release sample
	@echo
	@echo "The course is built. Look at:"
	@echo "  the book             _build/html/index.html"
	@echo "  the class report     grading/report/conv1d.html"
	@echo "  the gradebook        grading/gradebook.db   (.venv/bin/nbgrader export)"
	@echo "  a student's feedback $$(ls grading/feedback/*/conv1d/conv1d.html | head -n 3 | tail -n 1)"

test: setup release $(SITE) | chromium g++ postgresql
	pytest --numprocesses=auto --dist=loadgroup

setup: $(VENV)/.stamp $(BOX)/.stamp $(LIVE)
	@sh requirements/system.sh bwrap=bubblewrap setpriv=util-linux libseccomp.so.2=libseccomp2

$(VENV)/.stamp: requirements/setup.txt requirements/course.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh requirements/system.sh python3-venv=python3-venv
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/setup.txt
	$(PIP) --python $(VENV) --require-hashes -r requirements/course.txt
	$(PIP) --python $(VENV) --no-build-isolation --editable .
	touch $@

# What student code may import, and nothing of ours; the font list spares each box a search.
$(BOX)/.stamp: requirements/box.txt $(VENV)/.stamp
	test -x $(BOX)/bin/python || $(PYTHON) -m venv --without-pip $(BOX)
	$(PIP) --python $(BOX) --require-hashes -r requirements/box.txt
	MPLCONFIGDIR=$(BOX)/mpl $(BOX)/bin/python -W ignore -c 'import matplotlib.font_manager'
	touch $@

# Python for the pages; where it cannot be had, the book is a plain one, and live.sh has said so.
$(LIVE): $(wildcard requirements/*.mjs requirements/*.py requirements/*.sha256 requirements/editor/*) | $(VENV)/.stamp
	@sh requirements/system.sh --optional node=nodejs npm=npm
	@sh requirements/live.sh $(BIN)/python || true

chromium:
	@sh requirements/system.sh --optional chromium=chromium

g++: # the tests run the CUDA kernels on the CPU
	@sh requirements/system.sh g++=g++

postgresql: # the tests keep a gradebook in one
	@sh requirements/system.sh --optional initdb=postgresql

book: setup $(SITE)

# The chapters' own products are small, and the library has threads of its own.
$(SITE): export OPENBLAS_NUM_THREADS := 1
$(SITE): $(LIBRARY) $(HELPERS) $(PAGES) $(WEBSITE) $(RELEASES) $(wildcard $(LIVE)) _build/.cache-of-this-library | setup
	jupyter-book build . --all -W -n --keep-going
	touch $@

# Printed from one long page by Chromium: what the site shows is what the paper shows.
pdf: setup $(SITE) | chromium
	jupyter-book build . --builder singlehtml --all -W -n --keep-going
	python -m book._website.pdf _build
	@echo "The whole book: _build/convolution.pdf"

# The execution cache looks at cells alone: drop it when what they import has changed.
_build/.cache-of-this-library: $(LIBRARY) $(HELPERS)
	rm -rf _build/.jupyter_cache
	mkdir -p _build
	touch $@

release: setup $(RELEASES)

exercises/%.ipynb: $(wildcard solutions/*/*.md solutions/*/*.py autograder/author.py) | setup
	course release $(*F)
	touch $@

sample: setup $(RELEASES)
	rm -rf $(SAMPLE)
	python tests/course/sample_class.py $(SAMPLE)
	course grade $(SAMPLE) || [ $$? -eq 1 ] # 1: somebody could not be graded, as is meant here

lint: setup
	ruff check
	ruff format --check
	mypy
	typos

# What was measured; to measure, see bench/cpu.py, others.py and gpu.py, which need PyTorch and more.
bench: setup
	python bench/plot.py _build/ratios.svg

doctor: setup
	course doctor

# Needs the network; commit what it writes.  No URL may stand in the locks.
EXPORT = $(BIN)/uv export --quiet --frozen --no-emit-project --no-header --no-annotate
lock:
	$(BIN)/uv lock
	$(EXPORT) --extra book --extra grade --group dev --group setup -o requirements/course.txt
	$(EXPORT) --only-group box -o requirements/box.txt
	$(EXPORT) --only-group setup -o requirements/setup.txt

clean:
	rm -rf _build

# Forgets the sample class, or yours: gradebook, answers, feedback and reports.
clean-class:
	rm -rf grading
