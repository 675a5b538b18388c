// Package pg gives tests databases of a real PostgreSQL: one throw-away cluster
// per test binary, one database per test. A machine without PostgreSQL fails
// the test, it does not skip it.
package pg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	embedded "huifang/internal/embedded/pg"
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
			k.failed = k.prepare(context.Background(), k.cluster.DSN("template_test"))
		}
	})
	if k.failed != nil {
		t.Fatalf("prepare the template database: %v", k.failed)
	}
	name := fmt.Sprintf("test_%d", k.n.Add(1))
	if err := k.admin(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template_test"); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := k.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return k.cluster.DSN(name)
}

func (k *Kit) admin(ctx context.Context, sql string) error {
	k.admins.Lock()
	defer k.admins.Unlock()
	conn, err := pgx.Connect(ctx, k.cluster.DSN("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	if _, err = conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", strings.Fields(sql)[0], err)
	}
	return nil
}
