package pg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HUIFANG_PG_CHILD"); dir != "" {
		c, err := Start(context.Background(), Config{Dir: dir, NPM: npm()})
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println("ready", c.socket)
		select {}
	}
	os.Exit(m.Run())
}

func npm() []string { return []string{"../../../tools/postgres"} }

func dir(t *testing.T) string {
	t.Helper()
	d, err := os.MkdirTemp("", "hfpgtest")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(d, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(d) })
	return filepath.Join(d, "pg")
}

func answers(c *Cluster) bool {
	conn, err := net.Dial("unix", filepath.Join(c.socket, ".s.PGSQL."+port))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

func TestCluster_ColdWarmAndStop(t *testing.T) {
	t.Parallel()
	d := dir(t)
	for range 2 { // the second start finds the data of the first
		c, err := Start(t.Context(), Config{Dir: d, NPM: npm()})
		if err != nil {
			t.Fatal(err)
		}
		if !answers(c) {
			t.Fatal("does not answer")
		}
		c.Stop()
		c.Stop()
		if answers(c) {
			t.Fatal("still answers after Stop")
		}
	}
}

func TestCluster_KilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	d := dir(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "HUIFANG_PG_CHILD="+d)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready") {
		t.Fatalf("child: %q %v", line, err)
	}
	if err := child.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	c, err := Start(t.Context(), Config{Dir: d, NPM: npm()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	if !answers(c) {
		t.Fatal("does not answer after the kill of its parent")
	}
}

func TestCluster_ServerThatDiesAloneIsStartedAgain(t *testing.T) {
	t.Parallel()
	c, err := Start(t.Context(), Config{Dir: dir(t), NPM: npm()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	c.mu.Lock()
	first := c.process.Pid
	c.mu.Unlock()
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	deadline := time.After(startLimit)
	for {
		c.mu.Lock()
		again := c.process.Pid != first
		c.mu.Unlock()
		if again && answers(c) {
			return
		}
		select {
		case <-deadline:
			t.Fatal("not started again")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestFind_OtherMajorSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := Find(9, "", npm()...)
	var missing *NotFoundError
	if !errors.As(err, &missing) || missing.Major != 9 {
		t.Fatalf("got %v", err)
	}
}

func TestIdentity_DataOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	mine := identity{uid: os.Getuid()}
	if err := mine.mustOwn(data); err != nil {
		t.Fatal(err)
	}
	if err := mine.mustOwn(filepath.Join(data, "not-there")); err != nil {
		t.Fatal(err)
	}
	err := identity{uid: os.Getuid() + 4711}.mustOwn(data)
	if err == nil || !strings.Contains(err.Error(), data) || !strings.Contains(err.Error(), "belongs to "+userName(os.Getuid())) {
		t.Fatalf("%v", err)
	}
}
