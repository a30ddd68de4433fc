// The WASI programs of the build: where their sources come from and what is said to the compiler. A table; steps.ts compiles,
// sources.ts fetches, toolchain.ts finds clang. Each becomes /bin/NAME.wasm of the initial ramdisk.

/** A source package that is fetched at build time by its package manager's own client, and never kept in the repository. */
export interface Source {
  /** Folder below build/sources. */
  name: string;
  /** Whose client fetches it. */
  from: "debian" | "npm";
  /** The package, and for npm its version. For Debian the version is what the distribution of this machine offers. */
  package: string;
  version: string;
  /** The archive in the package that holds the sources: of Debian the upstream tarball, of npm a file inside the package. */
  archive: string;
  /** SHA-256 of that archive, hex. Anything else is refused. */
  sha256: string;
  /** How tar's packer is called, where tar needs one that not every machine has. */
  needs?: string;
}

export const ZLIB: Source = {
  name: "zlib",
  from: "debian",
  package: "zlib",
  version: "1.2.13",
  archive: "zlib_1.2.13.dfsg.orig.tar.bz2",
  sha256: "71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1",
  needs: "bzip2",
};

export const BROTLI: Source = {
  name: "brotli",
  from: "debian",
  package: "brotli",
  version: "1.0.9",
  archive: "brotli_1.0.9.orig.tar.gz",
  sha256: "f9e8d81d0405ba66d181529af42a3354f838c939095ff99930da6aa9cdf6fe46",
};

export const JPEG: Source = {
  name: "libjpeg-turbo",
  from: "debian",
  package: "libjpeg-turbo",
  version: "2.1.5",
  archive: "libjpeg-turbo_2.1.5.orig.tar.gz",
  sha256: "254f3642b04e309fee775123133c6464181addc150499561020312ec61c1bf7c",
};

/** Debian's package holds SQLite's working tree; the npm package holds the amalgamation with its shell. */
export const SQLITE: Source = {
  name: "sqlite",
  from: "npm",
  package: "sqlite3",
  version: "6.0.1",
  archive: "package/deps/sqlite-autoconf-3520000.tar.gz",
  sha256: "f6b50b0c103392af32a8be15b2b9d25959de9a00a70c3979128aafeaa5338b3f",
};

/** A file that a source's own build would have made out of a template. */
export interface Generated {
  /** Relative to the source's folder. */
  file: string;
  /** The template beside it: `@NAME@` and `#cmakedefine NAME …` are filled in. */
  template: string;
  values: Readonly<Record<string, string>>;
}

/** A change to a source file, made at build time in a copy. Its text must occur exactly once. */
export interface Patch {
  file: string;
  why: string;
  from: string;
  to: string;
}

export interface WasiProgram {
  /** /bin/NAME.wasm. */
  name: string;
  language: "AssemblyScript" | "C";
  /** Where it was taken from; absent: ours, in kernel-as/user/programs. */
  source?: Source;
  /** Files to compile, relative to the source's folder, else to the repository. `*.c` stands for every C file of a folder. */
  files: readonly string[];
  generated?: readonly Generated[];
  patches?: readonly Patch[];
  /** For the compiler. */
  flags?: readonly string[];
  /** Libraries of wasi-libc, by their -l names. */
  libraries?: readonly string[];
  /** Links kernel-as/user/programs/missing.c. */
  missing?: boolean;
}

export function sourceFolder(source: Source): string {
  return `build/sources/${source.name}-${source.version}`;
}

/** A picture that comes with a source; there once that was fetched. */
export const SAMPLE_PICTURE = `${sourceFolder(JPEG)}/testimages/testorig.jpg`;

export const OWN_FOLDER = "kernel-as/user/programs";

const ours = (name: string, ending: "ts" | "c"): WasiProgram => ({ name, language: ending === "c" ? "C" : "AssemblyScript", files: [`${OWN_FOLDER}/${name}.${ending}`] });

const JPEG_GENERATED: readonly Generated[] = [
  {
    file: "jconfig.h",
    template: "jconfig.h.in",
    values: {
      JPEG_LIB_VERSION: "62",
      VERSION: "2.1.5",
      LIBJPEG_TURBO_VERSION_NUMBER: "2001005",
      C_ARITH_CODING_SUPPORTED: "1",
      D_ARITH_CODING_SUPPORTED: "1",
      MEM_SRCDST_SUPPORTED: "1",
      BITS_IN_JSAMPLE: "8",
    },
  },
  {
    file: "jconfigint.h",
    template: "jconfigint.h.in",
    values: {
      BUILD: "0",
      INLINE: "__inline__ __attribute__((always_inline))",
      THREAD_LOCAL: "",
      CMAKE_PROJECT_NAME: "libjpeg-turbo",
      VERSION: "2.1.5",
      SIZE_T: "4",
      HAVE_BUILTIN_CTZL: "1",
    },
  },
  { file: "jversion.h", template: "jversion.h.in", values: { COPYRIGHT_YEAR: "1991-2023" } },
];

// The library as its own build lists it (JPEG_SOURCES of its CMakeLists.txt), without SIMD.
const JPEG_LIBRARY = [
  ..."jcapimin jcapistd jccoefct jccolor jcdctmgr jchuff jcicc jcinit jcmainct jcmarker jcmaster jcomapi jcparam jcphuff jcprepct jcsample jctrans".split(" "),
  ..."jdapimin jdapistd jdatadst jdatasrc jdcoefct jdcolor jddctmgr jdhuff jdicc jdinput jdmainct jdmarker jdmaster jdmerge jdphuff jdpostct jdsample".split(" "),
  ..."jdtrans jerror jfdctflt jfdctfst jfdctint jidctflt jidctfst jidctint jidctred jquant1 jquant2 jutils jmemmgr jmemnobs jaricom jcarith jdarith".split(" "),
  "jsimd_none",
].map((name) => `${name}.c`);
const JPEG_FLAGS = ["-I.", "-DGIF_SUPPORTED", "-DPPM_SUPPORTED", "-DBMP_SUPPORTED", "-DTARGA_SUPPORTED"];

export const WASI_PROGRAMS: readonly WasiProgram[] = [
  ours("hello", "ts"),
  ours("words", "ts"),
  ours("primes", "ts"),
  ours("args", "c"),
  ours("sort", "c"),
  ours("tree", "c"),
  ours("fstour", "c"),
  ours("exits", "c"),
  {
    name: "minigzip",
    language: "C",
    source: ZLIB,
    files: [
      "test/minigzip.c",
      ..."adler32 compress crc32 deflate gzclose gzlib gzread gzwrite infback inffast inflate inftrees trees uncompr zutil".split(" ").map((name) => `${name}.c`),
    ],
    flags: ["-I.", "-DHAVE_UNISTD_H"],
  },
  {
    name: "brotli",
    language: "C",
    source: BROTLI,
    files: ["c/tools/brotli.c", "c/common/*.c", "c/dec/*.c", "c/enc/*.c"],
    flags: ["-Ic/include"],
    libraries: ["m"],
    missing: true,
  },
  {
    name: "cjpeg",
    language: "C",
    source: JPEG,
    files: [...["cjpeg", "cdjpeg", "rdgif", "rdppm", "rdswitch", "rdbmp", "rdtarga"].map((name) => `${name}.c`), ...JPEG_LIBRARY],
    generated: JPEG_GENERATED,
    flags: JPEG_FLAGS,
  },
  {
    name: "djpeg",
    language: "C",
    source: JPEG,
    files: [...["djpeg", "cdjpeg", "rdcolmap", "rdswitch", "wrgif", "wrppm", "wrbmp", "wrtarga"].map((name) => `${name}.c`), ...JPEG_LIBRARY],
    generated: JPEG_GENERATED,
    flags: JPEG_FLAGS,
  },
  {
    name: "sqlite3",
    language: "C",
    source: SQLITE,
    files: ["shell.c", "sqlite3.c"],
    patches: [
      {
        file: "sqlite3.c",
        why: "folders above the preopened one cannot be looked at, which is no error",
        from: "    if( osLstat(zIn, &buf)!=0 ){\n      if( errno!=ENOENT ){",
        to: "    if( osLstat(zIn, &buf)!=0 ){\n      if( errno!=ENOENT && errno!=ENOTCAPABLE ){",
      },
    ],
    flags: [
      "-I.",
      "-D_WASI_EMULATED_SIGNAL",
      "-D_WASI_EMULATED_PROCESS_CLOCKS",
      "-D_WASI_EMULATED_GETPID",
      "-DSQLITE_THREADSAFE=0",
      "-DSQLITE_OMIT_LOAD_EXTENSION",
      "-DSQLITE_OMIT_DEPRECATED",
      "-DSQLITE_OMIT_POPEN",
      "-DSQLITE_NOHAVE_SYSTEM",
      "-DSQLITE_DEFAULT_MEMSTATUS=0",
      "-DSQLITE_ENABLE_FTS5",
      "-DSQLITE_ENABLE_MATH_FUNCTIONS",
      // WASI has no file locks.
      '-DSQLITE_DEFAULT_UNIX_VFS="unix-none"',
    ],
    libraries: ["wasi-emulated-signal", "wasi-emulated-process-clocks", "wasi-emulated-getpid"],
    missing: true,
  },
];

export function wasiWasm(program: Pick<WasiProgram, "name">): string {
  return `build/bin/${program.name}.wasm`;
}
