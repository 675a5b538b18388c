package repocheck

import (
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// hosts are package registries. They are put together here so that this file
// does not name them either.
func hosts() []string {
	names := []string{
		"registry." + "npmjs.org", "registry." + "yarnpkg.com", "registry." + "npmmirror.com", "npm." + "pkg.github.com",
		"proxy." + "golang.org", "sum." + "golang.org", "goproxy." + "cn", "goproxy." + "io",
		"deb." + "debian.org", "security." + "debian.org", "pypi." + "org", "files." + "pythonhosted.org", "registry-1." + "docker.io",
	}
	// And those that this machine uses, whatever they are called.
	for _, key := range []string{"GOPROXY", "GOSUMDB", "npm_config_registry", "NPM_CONFIG_REGISTRY", "PIP_INDEX_URL"} {
		for _, part := range strings.FieldsFunc(os.Getenv(key), func(r rune) bool { return r == ',' || r == '|' || r == ' ' }) {
			if u, err := url.Parse(part); err == nil && strings.Contains(u.Hostname(), ".") {
				names = append(names, u.Hostname())
			}
		}
	}
	return names
}

// paths are of somebody's machine: they begin like an absolute path and stand
// where a path would begin.
var paths = regexp.MustCompile("(?:^|[\\s\"'`(=:,])(/(?:wor" + "k|roo" + "t|hom" + "e/[a-z]+|User" + "s/[A-Za-z]+|mn" + "t)/[A-Za-z0-9._-]+)")

func TestPrivate_NoRegistriesAndNoMachinePaths(t *testing.T) {
	t.Parallel()
	names := hosts()
	all, err := files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		b, err := os.ReadFile(root + "/" + f)
		if err != nil {
			continue // gone meanwhile: a test of another package
		}
		if !utf8.Valid(b) {
			continue
		}
		for n, line := range strings.Split(string(b), "\n") {
			for _, h := range names {
				if strings.Contains(line, h) {
					t.Errorf("%s:%d names the registry %s", f, n+1, h)
				}
			}
			if m := paths.FindStringSubmatch(line); m != nil {
				t.Errorf("%s:%d names %s, a path of one machine", f, n+1, m[1])
			}
		}
	}
}
