package keyring_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"huifang/internal/keyring"
)

func file(t *testing.T, mode os.FileMode, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func line(t *testing.T, id string) string {
	t.Helper()
	l, err := keyring.NewLine(id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRead_FirstKeyIsTheCurrentOne(t *testing.T) {
	t.Parallel()
	r, err := keyring.Read(file(t, 0o600, "# made today\n\n", line(t, "b"), line(t, "a")))
	if err != nil {
		t.Fatal(err)
	}
	if r.Current() != "b" || !slices.Equal(r.IDs(), []string{"b", "a"}) {
		t.Fatalf("current %s of %v", r.Current(), r.IDs())
	}
	a, hasA := r.Key("a")
	b, hasB := r.Key("b")
	if !hasA || !hasB || len(a) != keyring.Bytes || slices.Equal(a, b) {
		t.Fatal("the keys are not told apart")
	}
	if _, ok := r.Key("c"); ok {
		t.Fatal("a key that is not in the file")
	}
}

func TestRead_FileIsChecked(t *testing.T) {
	t.Parallel()
	good := line(t, "a")
	for name, row := range map[string]struct{ path, want string }{
		"others may read": {file(t, 0o644, good), "0600"},
		"empty":           {file(t, 0o600, "\n"), "no key"},
		"twice":           {file(t, 0o600, good, line(t, "a")), "line 2: key a is there twice"},
		"short":           {file(t, 0o600, "a YWJj\n"), "line 1: key a is not 32 bytes"},
		"no id":           {file(t, 0o600, good[1:]), "line 1"},
		"not there":       {filepath.Join(t.TempDir(), "x"), "no such file"},
	} {
		if _, err := keyring.Read(row.path); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: want an error with %q, got %v", name, row.want, err)
		}
	}
}
