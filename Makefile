# crm: see "make help". Only targets here; the work is in the folders' own
# Makefiles, in server/deploy/dev and in test/.
.DEFAULT_GOAL := help
# Relative: make cannot handle targets with spaces in their path.
BUILD  := build
PGSYS  := $(shell pg_config --bindir 2>/dev/null | sed 's,/bin$$,,')
PGPRIV := $(BUILD)/pg/lib/postgresql/15
DEV    := server/deploy/dev

.PHONY: help run stop clean-run check check-deep bench coverage \
        extension pg server web install clean

help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))

## make run         build all, start PostgreSQL, Redis and the front with demo data
run:
	@$(DEV)/executar.sh

## make stop        stop what "make run" started
stop:
	@$(DEV)/parar.sh

## make clean-run   stop it and delete its data (only CRM_RUN_DIR, default .run)
clean-run:
	@$(DEV)/parar.sh --apagar

## make check       run every test; last line: N passed, N failed
check:
	@$(DEV)/instalar_pacotes.sh run check
	@test/executar.sh

## make check-deep  the suites under AddressSanitizer+UBSan, some under Valgrind, fuzz targets for minutes
check-deep:
	@$(DEV)/instalar_pacotes.sh run check deep
	@test/profundo.sh

## make bench       measure; prints tables (no pass or fail)
bench:
	@$(DEV)/instalar_pacotes.sh run check
	@test/bench/executar.sh

## make coverage    line coverage of the C code by the suites
coverage:
	@$(DEV)/instalar_pacotes.sh run check deep
	@test/cobertura.sh

## make extension   build extension/crm.so, its SQL script and the program crm_arquivo
extension:
	$(MAKE) -C extension with_llvm=no all

# A private copy of the server's programs with crm installed in it: instances of
# different checkouts never share a crm.so, and nothing needs root.
## make pg          private PostgreSQL tree in build/pg with crm installed
pg: extension $(PGPRIV)/bin/postgres
	$(MAKE) -s -C extension with_llvm=no install \
	    bindir='$(CURDIR)/$(PGPRIV)/bin' \
	    datadir='$(CURDIR)/$(BUILD)/pg/share/postgresql/15' \
	    pkglibdir='$(CURDIR)/$(PGPRIV)/lib' >/dev/null

# The share directory comes over again when a package adds to it (pgTAP).
$(PGPRIV)/bin/postgres: $(PGSYS)/bin/postgres $(wildcard /usr/share/postgresql/15/extension)
	mkdir -p $(BUILD)/pg/lib/postgresql $(BUILD)/pg/share/postgresql
	cp -rf $(PGSYS) $(BUILD)/pg/lib/postgresql/
	cp -rLf $(shell pg_config --sharedir) $(BUILD)/pg/share/postgresql/
	touch $@

## make server      build the front's module, server/crm_front.so
server:
	$(MAKE) -C server

## make web         build the browser UI into web/dist (only when it changed)
web:
	@$(DEV)/construir_web.sh

## make install     install into the system: extension into PostgreSQL 15, front into /usr/lib/crm
install:
	$(MAKE) -C extension with_llvm=no install
	install -d $(DESTDIR)/usr/lib/crm/conf $(DESTDIR)/usr/share/doc/crm
	install -m 755 server/crm_front.so server/crm_config $(DESTDIR)/usr/lib/crm/
	install -m 755 server/conf/gerar_kore.sh $(DESTDIR)/usr/lib/crm/conf/
	install -m 644 server/conf/*.example $(DESTDIR)/usr/lib/crm/conf/
	install -m 644 README.md CHANGELOG.md LICENSE $(DESTDIR)/usr/share/doc/crm/
	rm -rf $(DESTDIR)/usr/share/crm/web
	install -d $(DESTDIR)/usr/share/crm
	cp -r web/dist $(DESTDIR)/usr/share/crm/web

## make clean       delete what was built
clean:
	-$(MAKE) -C extension with_llvm=no clean
	-$(MAKE) -C server clean
	rm -rf $(BUILD) web/dist "/var/tmp/crm-$$(printf '%s' '$(CURDIR)' | cksum | cut -d' ' -f1)"
