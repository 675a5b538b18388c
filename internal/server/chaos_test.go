package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/headless"
	"huifang/internal/server"
	"huifang/internal/testkit/cut"
	"huifang/internal/testkit/s3"
	"huifang/signaling/wire"
)

// chaos is a house whose server is a process that is killed again and again,
// while database, storage and carrier, which are not, fail now and then.
type chaos struct {
	*house
	binary, file string
	storage      *s3.Faulty
	database     *cut.Proxy
	dice         *rand.Rand
	users        []access.User
	tasks, made  [][]task // of each agent: to be dialled, once each; and all
	process      *exec.Cmd
	exited       chan struct{}
	out          *output
	seen         []dialled
	faults       map[string]int
	longest      int // ms that a life of the process may last with calls
}

type task struct {
	id     uuid.UUID
	number string
}

// dialled is a call as the carrier saw it.
type dialled struct {
	carriersim.Call
	round   int
	killed  time.Time     // when the server was killed, in the round of the call
	stalled time.Duration // the longest that the machine stood still before that
}

// The server is killed at random moments with calls in every phase, under
// faults of the storage and the database; then every call that reached the
// carrier has one recording, stored once, that can be played and lacks at most
// its last 0.2 s. `make chaos` runs it at length.
func TestRuleT01_Chaos(t *testing.T) {
	kills, calls := int(setting(t, "HUIFANG_CHAOS_KILLS", 1)), int(setting(t, "HUIFANG_CHAOS_CALLS", 3))
	seed := setting(t, "HUIFANG_CHAOS_SEED", 1)
	t.Logf("%d kills, up to %d calls at once, seed %d", kills, calls, seed)
	c := newChaos(t, calls, 2+2*kills, seed) // no agent needs more: a round takes some seconds
	c.longest = 9000
	if kills == 1 {
		c.longest = 2500
	}
	for i := range kills {
		c.round(i)
	}
	c.finish()
	c.account()
}

// newChaos makes a house with agents who have tasks each.
func newChaos(t *testing.T, agents, each int, seed uint64) *chaos {
	c := &chaos{binary: buildProgram(t), dice: rand.New(rand.NewPCG(seed, 0)), storage: objects.Faulty(t), faults: map[string]int{}}
	words := t.TempDir()
	secret := func(name, word string) string {
		path := filepath.Join(words, name)
		if err := os.WriteFile(path, []byte(word+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c.house = openHouseOn(t, carriersim.Config{Capture: true}, func(cfg *config.Config, o *server.Options) {
		cfg.Numbers.AgentDialsPerMinute = 0
		cfg.Storage.SecretKeyFile = secret("s3", o.StorageSecret)
		cfg.Trunks[0].PasswordFile = secret("trunk", o.TrunkSecrets["main"])
		cfg.Secrets.KeyFile = newKeys(t, "chaos")
	})
	p := c.program("chaos", func(p *callback.Program) { p.RecordingNotice, p.MinRing, p.MaxRing = false, time.Second, 6*time.Second })
	for i := range agents {
		c.users = append(c.users, c.person(fmt.Sprintf("chaos-%02d", i), access.RoleAgent))
	}
	for i, u := range c.users {
		var mine []task
		for k := range each {
			mine = append(mine, c.taskOf(u, p, i*each+k))
		}
		c.tasks, c.made = append(c.tasks, mine), append(c.made, mine)
	}
	c.stop() // from here on the server is a process
	cfg := c.cfg
	cfg.Storage.Socket, cfg.Storage.Endpoint, cfg.Storage.Plaintext = "", c.storage.Addr, "allowed"
	cfg.Database.OwnerDSN, c.database = databases.Proxy(t, cfg.Database.OwnerDSN)
	cfg.Database.DSN = strings.Replace(cfg.Database.OwnerDSN, "user=postgres", "user=huifang", 1)
	cfg.Log = config.LogConfig{Level: "info", Format: "text"}
	c.file = filepath.Join(words, "huifang.yaml")
	c.must(cfg.Write(c.file))
	t.Cleanup(func() {
		if c.process != nil {
			_ = c.process.Process.Kill()
			<-c.exited
		}
	})
	return c
}

// taskOf makes a call-back to a number of its own that behaves in one of the
// ways that the dice give.
func (c *chaos) taskOf(u access.User, p callback.Program, n int) task {
	c.t.Helper()
	ways := []string{"00", "00", "01", "01", "03", "04", "09", "11", "18", "24", "27"}
	number := fmt.Sprintf("13%d%04d00%s", 5+n/10_000, n%10_000, ways[c.dice.IntN(len(ways))])
	made, err := c.server.Customer.Create(c.t.Context(), c.boss, customer.Customer{Code: uuid.NewString(), Name: "王小明", Kind: "investor"}, []customer.NewContact{{Number: number}})
	c.must(err)
	v, err := c.server.Callback.Create(c.t.Context(), c.boss, callback.NewTask{CustomerID: made.ID, ProgramID: p.ID, AssigneeID: u.ID, DueAt: time.Now().Add(time.Hour)})
	c.must(err)
	return task{v.Task.ID, number}
}

var serves = regexp.MustCompile(`msg="huifang serves" http=(\S+)`)

// launch starts the process once and waits until it serves, ends, or time is up.
func (c *chaos) launch(limit time.Duration) bool {
	c.process, c.exited, c.out = exec.Command(c.binary, "serve", "--config", c.file), make(chan struct{}), &output{}
	c.process.Dir, c.process.Stdout, c.process.Stderr = root, c.out, c.out
	c.must(c.process.Start())
	go func(p *exec.Cmd, exited chan struct{}) {
		_ = p.Wait()
		close(exited)
	}(c.process, c.exited)
	tick, end := time.NewTicker(10*time.Millisecond), time.After(limit)
	defer tick.Stop()
	for {
		if m := serves.FindStringSubmatch(c.out.String()); m != nil {
			c.base = "http://" + m[1]
			return true
		}
		select {
		case <-tick.C:
		case <-c.exited:
			return false
		case <-end:
			return false
		}
	}
}

// up starts the process, again when it ends, as whoever supervises it does.
func (c *chaos) up() {
	c.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !c.launch(time.Minute); {
		if c.kill(); time.Now().After(deadline) {
			c.t.Fatalf("the server does not start:\n%s", c.out.String())
		}
	}
}

// kill is the machine that is switched off.
func (c *chaos) kill() time.Time {
	now := time.Now()
	_ = c.process.Process.Signal(syscall.SIGKILL)
	<-c.exited
	return now
}

// round is one life of the process.
func (c *chaos) round(n int) {
	c.t.Helper()
	if c.dice.IntN(100) < 15 { // killed right after the start
		c.faults["killed while starting"]++
		c.launch(time.Duration(c.dice.IntN(1500)) * time.Millisecond)
		c.kill()
	}
	c.up()
	ctx, cancel := context.WithCancel(c.t.Context())
	var all sync.WaitGroup
	for i, u := range c.users {
		dice := rand.New(rand.NewPCG(c.dice.Uint64(), uint64(i)))
		all.Go(func() { c.work(ctx, u.Login, &c.tasks[i], dice) })
	}
	all.Go(c.trouble(ctx))
	began := time.Now()
	if _, err := c.carrier.Await(ctx, func(carriersim.Call) bool { return true }); err != nil {
		c.t.Fatal(err)
	}
	pass(ctx, time.Duration(200+c.dice.IntN(c.longest))*time.Millisecond)
	killed := c.kill()
	cancel()
	all.Wait()
	pass(c.t.Context(), 300*time.Millisecond) // packets that were on their way
	stalled := c.stalls.Longest(killed.Add(-5*time.Second), killed.Add(time.Second))
	for _, call := range c.carrier.Calls() {
		c.seen = append(c.seen, dialled{call, n + 1, killed, stalled})
	}
	c.carrier.Stop()
	again, err := carriersim.New(carriersim.Config{SIPAddr: c.cfg.Trunks[0].Address, Capture: true, Credentials: carriersim.Credentials{Username: "huifang", Password: "trunk-word"}})
	c.must(err)
	c.must(again.Start(context.WithoutCancel(c.t.Context())))
	c.t.Cleanup(again.Stop)
	c.carrier = again
	if dir := os.Getenv("HUIFANG_CHAOS_LOGS"); dir != "" {
		c.must(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.log", n+1)), []byte(c.out.String()), 0o600))
	}
	c.t.Logf("round %d: killed after %s, %d calls so far, the machine stood still for up to %s", n+1, killed.Sub(began).Round(10*time.Millisecond), len(c.seen), stalled.Round(time.Millisecond))
}

// trouble gives storage and database their faults for a round, and mends them;
// that of the storage often only in the next one.
func (c *chaos) trouble(ctx context.Context) func() {
	all := s3.AllFaults()
	fault, from := all[c.dice.IntN(len(all))], time.Duration(c.dice.IntN(5000))*time.Millisecond
	some, away, down := c.dice.IntN(100) < 60, c.dice.IntN(100) < 20, time.Duration(1+c.dice.IntN(3))*time.Second
	if c.dice.IntN(25) == 0 {
		down = time.Minute
	}
	if some {
		c.faults["storage "+string(fault)]++
	}
	if away {
		c.faults["database away"]++
	}
	return func() {
		c.storage.Set(s3.None) // of the round before
		pass(ctx, from)
		if some {
			c.storage.Set(fault)
		}
		if away {
			c.database.Cut()
			pass(ctx, down)
			c.database.Mend()
		}
	}
}

func pass(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// work is an agent who calls until the server is killed.
func (c *chaos) work(ctx context.Context, login string, tasks *[]task, dice *rand.Rand) {
	for ctx.Err() == nil && len(*tasks) > 0 {
		phone, err := headless.Open(ctx, c.base, login, password)
		if err != nil { // killed, or the database is away
			pass(ctx, 100*time.Millisecond)
			continue
		}
		for err == nil && ctx.Err() == nil && len(*tasks) > 0 {
			err = c.call(ctx, phone, tasks, dice)
		}
		phone.Vanish()
		pass(ctx, 100*time.Millisecond)
	}
}

func (c *chaos) call(ctx context.Context, p *headless.Phone, tasks *[]task, dice *rand.Rand) error {
	if err := p.Settle(ctx); err != nil {
		return err
	}
	pass(ctx, time.Duration(dice.IntN(700))*time.Millisecond)
	next := (*tasks)[0]
	*tasks = (*tasks)[1:]
	if _, err := p.Dial(ctx, next.id.String()); err != nil {
		return err
	}
	p.Say(voice, true)
	if _, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) }); err != nil {
		return err
	}
	talk, cancel := context.WithTimeout(ctx, time.Duration(dice.IntN(8000))*time.Millisecond)
	defer cancel()
	if _, err := p.Until(talk, over); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := p.Hangup(ctx, ""); err != nil {
			return err
		}
		if _, err := p.Until(ctx, over); err != nil {
			return err
		}
	}
	if err := p.Record(ctx, ""); err != nil {
		return err
	}
	_, err := p.Until(ctx, func(wire.CallSnapshot) bool { return p.AgentState() == "ready" })
	return err
}

// finish lets the last process put everything away, in peace.
func (c *chaos) finish() {
	c.t.Helper()
	c.storage.Set(s3.None)
	c.database.Mend()
	c.up()
	began := time.Now()
	c.allSettled()
	c.t.Logf("everything was put away %s after the last start", time.Since(began).Round(100*time.Millisecond))
	_ = c.process.Process.Signal(os.Interrupt)
	<-c.exited
	verify := exec.Command(c.binary, "verify", "--config", c.file)
	verify.Dir = root
	if text, err := verify.CombinedOutput(); err != nil {
		c.t.Errorf("the log of evidence does not verify: %v\n%s", err, text)
	} else {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		c.t.Logf("huifang verify: %s", lines[len(lines)-1])
	}
	if !c.process.ProcessState.Success() {
		c.t.Errorf("the last process: %s\n%s", c.process.ProcessState, c.out.String())
	}
	c.start() // in this process, to read what there is
}

// sorted faults for the report.
func (c *chaos) faultList() string {
	var out []string
	for f, n := range c.faults {
		out = append(out, fmt.Sprintf("%s %d", f, n))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
