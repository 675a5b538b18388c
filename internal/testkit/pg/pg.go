// Package pg gives tests databases of a real PostgreSQL: one throw-away cluster
// per test binary, one database per test. A machine without PostgreSQL fails
// the test, it does not skip it.
package pg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	embedded "huifang/internal/embedded/pg"
	"huifang/internal/testkit/cut"
)

// Kit holds the cluster of a test binary. TestMain makes one and ends it.
type Kit struct {
	cluster  *embedded.Cluster
	dir      string
	prepare  func(ctx context.Context, dsn string) error
	template sync.Once
	failed   error
	n        atomic.Int64
	admins   sync.Mutex // a template in use cannot be copied
}

// Start runs a cluster without durability. prepare, which may be nil, is run
// once on the template that each test's database is a copy of.
func Start(prepare func(ctx context.Context, dsn string) error) (*Kit, error) {
	dir, err := os.MkdirTemp("", "hftest")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, err
	}
	_, self, _, _ := runtime.Caller(0)
	tools := filepath.Join(filepath.Dir(self), "../../../tools/postgres")
	c, err := embedded.Start(context.Background(), embedded.Config{Dir: dir, NPM: []string{tools}, Volatile: true})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return &Kit{cluster: c, dir: dir, prepare: prepare}, nil
}

// Stop ends the cluster and removes it.
func (k *Kit) Stop() {
	k.cluster.Stop()
	_ = os.RemoveAll(k.dir)
}

// Main runs a package's tests with a kit: the body of a TestMain.
func Main(m *testing.M, kit **Kit, prepare func(ctx context.Context, dsn string) error) {
	k, err := Start(prepare)
	if err != nil {
		fmt.Fprintln(os.Stderr, "start PostgreSQL for the tests:", err)
		os.Exit(1)
	}
	*kit = k
	code := m.Run()
	k.Stop()
	os.Exit(code)
}

// New gives the DSN of a fresh database that goes with the test.
func (k *Kit) New(t testing.TB) string {
	t.Helper()
	k.template.Do(func() {
		k.failed = k.admin(context.Background(), "CREATE DATABASE template_test")
		if k.failed == nil && k.prepare != nil {
			k.failed = k.prepare(context.Background(), k.cluster.DSN("template_test", ""))
		}
	})
	if k.failed != nil {
		t.Fatalf("prepare the template database: %v", k.failed)
	}
	return k.copyOf(t, "template_test")
}

func (k *Kit) copyOf(t testing.TB, template string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", k.n.Add(1))
	if err := k.admin(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := k.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return k.cluster.DSN(name, "")
}

func (k *Kit) admin(ctx context.Context, sql string) error {
	k.admins.Lock()
	defer k.admins.Unlock()
	conn, err := pgx.Connect(ctx, k.cluster.DSN("postgres", ""))
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	if _, err = conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", strings.Fields(sql)[0], err)
	}
	return nil
}

// Copy gives the DSN of a copy of a database to which nobody is connected.
func (k *Kit) Copy(t testing.TB, dsn string) string {
	t.Helper()
	pc, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return k.copyOf(t, pc.Database)
}

// Exec runs statements as the superuser, with the triggers off: what somebody
// can do who has the whole database in hand.
func (k *Kit) Exec(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, s := range append([]string{"SET session_replication_role = replica"}, statements...) {
		if _, err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// Try runs a statement as whoever the DSN names; the error has the SQLSTATE.
func (k *Kit) Try(t testing.TB, dsn, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), sql)
	return err
}

// Proxy stands before the databases: the DSN that is given back is reached
// through it. It goes with the test.
func (k *Kit) Proxy(t testing.TB, dsn string) (string, *cut.Proxy) {
	t.Helper()
	host := regexp.MustCompile(`host='([^']*)' port=(\d+)`).FindStringSubmatch(dsn)
	if host == nil {
		t.Fatal("not a DSN of the kit")
	}
	p := cut.New(t, ".s.PGSQL."+host[2], filepath.Join(host[1], ".s.PGSQL."+host[2]))
	return strings.Replace(dsn, host[1], filepath.Dir(p.Socket), 1), p
}
