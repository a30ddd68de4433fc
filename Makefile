# The same things as npm run, for people who type make. What is stale is decided by tools/build, not here.
# Arguments: make qemu ARGS='--exec "help"'

RUN = node tools/bootstrap.mjs

.PHONY: all build qemu test iso bench check clean
all: build
build:  ; @$(RUN) tools/cli/build.ts $(ARGS)
qemu:   ; @$(RUN) tools/cli/qemu.ts $(ARGS)
test:   ; @$(RUN) tools/test/main.ts $(ARGS)
iso:    ; @$(RUN) tools/cli/iso.ts $(ARGS)
bench:  ; @$(RUN) tools/bench/main.ts $(ARGS)
check:  ; @$(RUN) tools/check/main.ts $(ARGS)
clean:  ; rm -rf build
