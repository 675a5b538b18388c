package sippeer

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startLimit is how long a peer may take until it listens.
const startLimit = 20 * time.Second

// process is one running program.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // valid when done is closed

	mu  sync.Mutex
	out bytes.Buffer
}

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// launch starts a program and returns when it listens on one of the sockets
// ("udp 5060"), or has ended before.
func launch(dir, program string, args []string, network string, port int) (*process, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("%s is not installed: %w", program, err)
	}
	p := &process{cmd: exec.Command(path, args...), done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, p, p
	p.cmd.Env = append(os.Environ(), "HOME="+dir, "TERM=dumb")
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	limit := time.NewTimer(startLimit)
	defer limit.Stop()
	for {
		if listens(network, port) {
			return p, nil
		}
		select {
		case <-look.C:
		case <-p.done:
			return nil, fmt.Errorf("%s ended at once: %v\n%s", program, p.err, p.output())
		case <-limit.C:
			p.kill()
			return nil, fmt.Errorf("%s does not listen on %s port %d\n%s", program, network, port, p.output())
		}
	}
}

// kill ends the process and waits for it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// listens asks the kernel, as a packet to the peer would disturb its scenario.
func listens(network string, port int) bool {
	table, err := os.ReadFile("/proc/net/" + network)
	if err != nil {
		return false
	}
	local := fmt.Sprintf(":%04X", port)
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) > 3 && strings.HasSuffix(f[1], local) && (network == "udp" || f[3] == "0A") {
			return true
		}
	}
	return false
}

// freePort finds a port that is free for UDP and TCP on the loopback address,
// and the next one too (baresip puts TLS there).
func freePort() (int, error) {
	for range 50 {
		u, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			return 0, err
		}
		port := u.LocalAddr().(*net.UDPAddr).Port
		t, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		u.Close()
		if err != nil {
			continue
		}
		next, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port + 1})
		t.Close()
		if err == nil {
			next.Close()
			return port, nil
		}
	}
	return 0, errors.New("no free port")
}

// retry starts a peer again when another program took its port in between.
func retry(t testing.TB, start func(port int) (*process, error)) (*process, int) {
	t.Helper()
	var last error
	for range 3 {
		port, err := freePort()
		if err != nil {
			t.Fatalf("find a free port: %v", err)
		}
		p, err := start(port)
		if err == nil {
			t.Cleanup(p.kill)
			return p, port
		}
		if last = err; errors.Is(err, exec.ErrNotFound) {
			break
		}
	}
	t.Fatalf("start SIP peer: %v", last)
	return nil, 0
}
