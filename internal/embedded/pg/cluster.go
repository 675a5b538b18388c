package pg

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Config is what a cluster is made of.
type Config struct {
	// Dir holds the data directory and the log. It must not be shared: the
	// caller holds a lock on it.
	Dir string
	// Bin are the binaries' directory; empty: Find.
	Bin string
	// NPM are directories below which npm packages with binaries may be.
	NPM []string
	// Volatile trades durability for speed. Tests only.
	Volatile bool
	Logger   *slog.Logger
}

// Cluster is a running server.
type Cluster struct {
	cfg    Config
	bin    Binaries
	id     identity
	data   string
	socket string // directory
	temp   bool   // socket is a directory of our own elsewhere

	stop    chan struct{}
	stopped chan struct{}
	once    sync.Once
	mu      sync.Mutex
	process *os.Process
}

const (
	port        = "5432"
	startLimit  = 30 * time.Second
	stopLimit   = 20 * time.Second
	socketLimit = 107 - len("/.s.PGSQL.5432.lock")
)

// Start makes the cluster when there is none, takes over from a server that an
// earlier process left behind, and returns when it accepts connections.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, fmt.Errorf("make %s: %w", dir, err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // an orphan is known by its real directory
		return nil, err
	}
	c := &Cluster{cfg: cfg, data: filepath.Join(dir, "data"), stop: make(chan struct{}), stopped: make(chan struct{})}
	if c.id, err = choose(c.data); err != nil {
		return nil, err
	}
	if err := c.id.mustOwn(c.data); err != nil {
		return nil, err
	}
	major, err := dataMajor(c.data)
	if err != nil {
		return nil, err
	}
	if c.bin, err = Find(major, cfg.Bin, cfg.NPM...); err != nil {
		return nil, err
	}
	if err := c.makeSocketDir(dir); err != nil {
		return nil, err
	}
	if major == 0 {
		if err := c.initdb(ctx); err != nil {
			return nil, err
		}
	}
	if err := c.endOrphan(); err != nil {
		return nil, err
	}
	first := make(chan error, 1)
	go c.keep(first)
	if err := <-first; err != nil {
		return nil, err
	}
	if err := c.ready(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// DSN is how a database of the cluster is reached, by its superuser when no user is named.
func (c *Cluster) DSN(database, user string) string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace
	return fmt.Sprintf("host='%s' port=%s user=%s dbname='%s' sslmode=disable", quote(c.socket), port, cmp.Or(user, "postgres"), quote(database))
}

func dataMajor(data string) (int, error) {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of the data directory: %w", err)
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}

// makeSocketDir keeps the socket beside the data unless the path is too long
// for a unix socket.
func (c *Cluster) makeSocketDir(dir string) error {
	c.socket = filepath.Join(dir, "socket")
	if len(c.socket) > socketLimit {
		tmp, err := os.MkdirTemp("", "hfpg")
		if err != nil {
			return fmt.Errorf("make socket directory: %w", err)
		}
		c.socket, c.temp = tmp, true
	}
	return c.id.own(c.socket)
}

// initdb makes the cluster beside its place and renames it, so that a kill in
// between leaves nothing half done.
func (c *Cluster) initdb(ctx context.Context) error {
	half := c.data + ".init"
	if err := os.RemoveAll(half); err != nil {
		return fmt.Errorf("remove what an interrupted start left: %w", err)
	}
	if err := c.id.own(half); err != nil {
		return err
	}
	// Never --locale=C: Chinese text has no trigrams there.
	args := []string{"-D", half, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"}
	if c.cfg.Volatile {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin.Dir, "initdb"), args...)
	cmd.Env, cmd.Dir = c.bin.env(), "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	c.id.apply(cmd.SysProcAttr)
	out, err := cmd.CombinedOutput()
	if err != nil {
		if c.id.mapped && errors.Is(err, syscall.EPERM) {
			return fmt.Errorf("PostgreSQL does not run as root and user namespaces are forbidden here: run as another user, or set a DSN")
		}
		return fmt.Errorf("make the database cluster: %w: %s", err, bytes.TrimSpace(out))
	}
	if err := os.Rename(half, c.data); err != nil {
		return fmt.Errorf("put the database cluster in place: %w", err)
	}
	return nil
}

// endOrphan stops a server that outlived the process that had started it.
func (c *Cluster) endOrphan() error {
	b, err := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read postmaster.pid: %w", err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return nil
	}
	if cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err != nil || cwd != c.data {
		return nil // the number belongs to somebody else now; postgres clears the file itself
	}
	c.cfg.Logger.Warn("stopping a PostgreSQL that an earlier process left behind", "pid", pid)
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, stopLimit}, {syscall.SIGQUIT, 5 * time.Second}} {
		if err := syscall.Kill(pid, step.signal); errors.Is(err, syscall.ESRCH) {
			return nil
		}
		if waitGone(pid, step.wait) {
			return nil
		}
	}
	return fmt.Errorf("a PostgreSQL with pid %d holds %s and does not stop", pid, c.data)
}

func waitGone(pid int, limit time.Duration) bool {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return true
		}
	}
	return false
}

// keep runs the server until Stop, starting it again when it dies alone.
func (c *Cluster) keep(first chan<- error) {
	defer close(c.stopped)
	wait := 100 * time.Millisecond
	for {
		exited := make(chan error, 1)
		started := make(chan error, 1)
		go c.run(started, exited)
		err := <-started
		if first != nil {
			first <- err
			first = nil
			if err != nil {
				return
			}
		}
		if err == nil {
			select {
			case err = <-exited:
			case <-c.stop:
				c.end(exited)
				return
			}
		}
		c.cfg.Logger.Error("PostgreSQL has died, starting it again", "error", err, "wait_ms", wait.Milliseconds())
		select {
		case <-time.After(wait):
		case <-c.stop:
			return
		}
		wait = min(2*wait, 5*time.Second)
	}
}

// run starts the server and awaits it, on one thread: the death signal of the
// parent is bound to the thread that forks.
func (c *Cluster) run(started, exited chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	log, err := os.OpenFile(filepath.Join(filepath.Dir(c.data), "postgres.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		started <- fmt.Errorf("open the log of PostgreSQL: %w", err)
		return
	}
	defer log.Close()
	args := []string{"-D", c.data, "-k", c.socket, "-p", port, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB"}
	if c.cfg.Volatile {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
	}
	if c.id.uid != os.Getuid() {
		// The server is another user: it must let us in.
		args = append(args, "-c", "unix_socket_permissions=0777")
	}
	cmd := exec.Command(filepath.Join(c.bin.Dir, "postgres"), args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.bin.env(), "/", log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	c.id.apply(cmd.SysProcAttr)
	if err := cmd.Start(); err != nil {
		started <- fmt.Errorf("start PostgreSQL: %w", err)
		return
	}
	c.mu.Lock()
	c.process = cmd.Process
	c.mu.Unlock()
	started <- nil
	exited <- cmd.Wait()
}

// end stops the server: at once, but cleanly, and by force when it does not listen.
func (c *Cluster) end(exited <-chan error) {
	c.mu.Lock()
	p := c.process
	c.mu.Unlock()
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, stopLimit}, {syscall.SIGQUIT, 5 * time.Second}, {syscall.SIGKILL, 5 * time.Second}} {
		_ = p.Signal(step.signal)
		select {
		case <-exited:
			return
		case <-time.After(step.wait):
			c.cfg.Logger.Warn("PostgreSQL does not stop", "signal", step.signal.String())
		}
	}
}

// ready waits until the server takes connections.
func (c *Cluster) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	pidFile := filepath.Join(c.data, "postmaster.pid")
	for {
		if b, err := os.ReadFile(pidFile); err == nil {
			lines := strings.Split(string(b), "\n")
			if len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready" && c.accepts(ctx) {
				return nil
			}
		}
		select {
		case <-c.stopped:
			return fmt.Errorf("PostgreSQL did not start; see postgres.log in %s", filepath.Dir(c.data))
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL is not ready; see postgres.log in %s: %w", filepath.Dir(c.data), ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (c *Cluster) accepts(ctx context.Context) bool {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", filepath.Join(c.socket, ".s.PGSQL."+port))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// Stop ends the server and waits for it. It may be called twice.
func (c *Cluster) Stop() {
	c.once.Do(func() { close(c.stop) })
	<-c.stopped
	if c.temp {
		_ = os.RemoveAll(c.socket)
	}
}
