# crm: see "make help". Only targets here; the work is in the folders' own
# Makefiles and in server/deploy/dev.
.DEFAULT_GOAL := help
BUILD  ?= $(CURDIR)/build
PGSYS  := $(shell pg_config --bindir 2>/dev/null | sed 's,/bin$$,,')
PGPRIV := $(BUILD)/pg/lib/postgresql/15

.PHONY: help extension pg
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make extension   build extension/crm.so and its SQL script
extension:
	$(MAKE) -C extension with_llvm=no all

# A private copy of the server's programs with crm installed in it: instances of
# different checkouts never share a crm.so, and nothing needs root.
## make pg          private PostgreSQL tree in build/pg with crm installed
pg: extension $(PGPRIV)/bin/postgres
	$(MAKE) -s -C extension with_llvm=no install \
	    datadir=$(BUILD)/pg/share/postgresql/15 \
	    pkglibdir=$(PGPRIV)/lib >/dev/null

$(PGPRIV)/bin/postgres:
	mkdir -p $(BUILD)/pg/lib/postgresql $(BUILD)/pg/share/postgresql
	cp -r $(PGSYS) $(BUILD)/pg/lib/postgresql/
	cp -rL $(shell pg_config --sharedir) $(BUILD)/pg/share/postgresql/
