package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/embedded/demo"
	"huifang/internal/headless"
	"huifang/internal/keyring"
	"huifang/internal/observe"
	"huifang/internal/replay"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/pg"
	"huifang/internal/testkit/s3"
	"huifang/internal/testkit/stall"
	"huifang/media/codec"
	"huifang/recording/evidence"
)

var (
	databases *pg.Kit
	objects   *s3.Kit
	root      string // of the repository: the S3 service changes the working directory
)

func TestMain(m *testing.M) {
	dir, err := filepath.Abs("../..")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	root = dir
	if databases, err = pg.Start(nil); err != nil {
		fmt.Fprintln(os.Stderr, "start PostgreSQL for the tests:", err)
		os.Exit(1)
	}
	if objects, err = s3.Start(); err != nil {
		databases.Stop()
		fmt.Fprintln(os.Stderr, "start the object store for the tests:", err)
		os.Exit(1)
	}
	// Calls wait most of their time: more of them than processors run at once.
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		err = flag.Set("test.parallel", "20")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	code := m.Run()
	objects.Stop()
	databases.Stop()
	_ = os.RemoveAll(binaries)
	os.Exit(code)
}

// More of them at once than these, and packets come late.
var (
	houses = make(chan struct{}, 6)
	calls  = make(chan struct{}, 6) // of one house with a call in each of its tests
)

// room waits for a place, which the test has until it ends.
func room(t *testing.T, places chan struct{}) {
	t.Helper()
	select {
	case places <- struct{}{}:
		t.Cleanup(func() { <-places })
	case <-t.Context().Done():
		t.Fatal("no room")
	}
}

// house is a whole instance on real parts, with a carrier that keeps what it
// hears and says.
type house struct {
	t       *testing.T
	server  *server.Server
	carrier *carriersim.Simulator
	base    string
	boss    access.Principal
	cfg     config.Config
	options server.Options
	stalls  *stall.Watch
}

const password = "correct-horse-7"

// newHouse is a house with the sample data of the demo.
func newHouse(t *testing.T) *house { return sampleHouse(t, nil) }

// sampleHouse is one with another configuration.
func sampleHouse(t *testing.T, change func(*config.Config, *server.Options)) *house {
	t.Helper()
	h := openHouse(t, change)
	words := map[string]string{}
	for _, p := range demo.People() {
		words[p.Login] = password
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	err = demo.Fill(t.Context(), demo.Services{Store: h.server.Store, Access: h.server.Access, Customers: h.server.Customer, Callback: h.server.Callback,
		Clock: time.Now, Zone: zone}, words)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// openHouse is a house with a supervisor and nothing else in it.
func openHouse(t *testing.T, change func(*config.Config, *server.Options)) *house {
	t.Helper()
	return openHouseOn(t, carriersim.Config{Capture: true}, change)
}

// newKeys makes a key file with one key.
func newKeys(t *testing.T, id string) string {
	t.Helper()
	line, err := keyring.NewLine(id)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// openHouseOn is openHouse with a carrier of the test's choice.
func openHouseOn(t *testing.T, sim carriersim.Config, change func(*config.Config, *server.Options)) *house {
	t.Helper()
	room(t, houses)
	credentials := carriersim.Credentials{Username: "huifang", Password: "trunk-word"}
	sim.Credentials = credentials
	carrier, err := carriersim.New(sim)
	if err != nil {
		t.Fatal(err)
	}
	if err := carrier.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(carrier.Stop)
	store := objects.Config()
	cfg := config.Default()
	cfg.HTTP.Listen, cfg.Ops.Listen, cfg.SIP.Listen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	cfg.Database.OwnerDSN = databases.New(t)
	cfg.Database.DSN = strings.Replace(cfg.Database.OwnerDSN, "user=postgres", "user=huifang", 1)
	cfg.Evidence.KeyFile = filepath.Join(t.TempDir(), "evidence.keys")
	line, _, err := evidence.NewKey("house.test")
	if err == nil {
		err = os.WriteFile(cfg.Evidence.KeyFile, []byte(line), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	cfg.Storage = config.Storage{Endpoint: store.Endpoint, Region: store.Region, Bucket: store.Bucket, AccessKey: store.AccessKey, Socket: store.Socket, KeyFile: newKeys(t, "house")}
	cfg.Spool = config.Spool{Dir: t.TempDir(), ReserveBytes: 1 << 20, KeepLocal: time.Hour}
	cfg.Media = config.Media{RTPAddress: "127.0.0.1", WebRTCListen: "127.0.0.1:0"}
	cfg.Reconcile.Every = 0 // tests ask for it
	cfg.Trunks = []config.Trunk{{Name: "main", Address: carrier.Addr(), Transport: "udp", CallerID: "4001234567", StripPrefix: "+86", Username: credentials.Username}}
	o := server.Options{Version: "test", StorageSecret: store.SecretKey, Logger: slog.New(slog.DiscardHandler),
		TrunkSecrets: map[string]string{"main": credentials.Password}}
	if change != nil {
		change(&cfg, &o)
	}
	watch := stall.Start()
	t.Cleanup(watch.Stop)
	h := &house{t: t, carrier: carrier, cfg: cfg, options: o, stalls: watch}
	h.start()
	t.Cleanup(h.stop)
	h.boss = access.Principal{User: h.person("boss", access.RoleSupervisor, access.RoleAdministrator, access.RoleAuditor)}
	return h
}

// start starts the server, again after stop.
func (h *house) start() {
	h.t.Helper()
	h.options.Ops = observe.NewOps("test")
	s, err := server.Start(context.WithoutCancel(h.t.Context()), h.cfg, h.options)
	h.must(err)
	h.server, h.base = s, "http://"+s.HTTPAddr
}

func (h *house) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	h.server.Stop(ctx)
}

// on gives the house to a test within the test.
func (h *house) on(t *testing.T) *house {
	inner := *h
	inner.t = t
	return &inner
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// compare is a recording beside what was said, at 8 kHz. Where the machine stood
// still, up to a third of the seconds may be lost to it; on a machine with time to
// spare none.
func (h *house) compare(said, heard []float64, opts ...audio.Option) audio.Summary {
	h.t.Helper()
	return h.judged(seconds(said, heard, opts...))
}

// compareAgent is the left channel beside what a browser's microphone said, over
// and over. On a machine that stands still the microphone has holes before anybody
// hears it: there, a second that is not as it was said must be as it came to the
// customer, and the voice is still known for the agent's; another's stays below a
// half.
func (h *house) compareAgent(said, left, cameToCustomer []float64) audio.Summary {
	h.t.Helper()
	all := seconds(said, left, audio.Looping())
	stalls, _ := h.stalls.Seen()
	known := slices.ContainsFunc(all, func(s audio.Segment) bool { return s.Corr >= 0.5 })
	if stalls > 0 && known && audio.Summarise(all).Min < 0.95 {
		h.t.Logf("the machine stood still %d times; its microphone gave %s", stalls, audio.Summarise(all))
		all = likeEither(all, seconds(cameToCustomer, left))
	}
	return h.judged(all)
}

// likeEither gives each second the better of its two likenesses.
func likeEither(all, others []audio.Segment) []audio.Segment {
	out := slices.Clone(all)
	for i, s := range out {
		if at := slices.IndexFunc(others, func(o audio.Segment) bool { return o.Second == s.Second }); at >= 0 {
			out[i].Corr = max(s.Corr, others[at].Corr)
		}
	}
	return out
}

func (h *house) judged(all []audio.Segment) audio.Summary {
	h.t.Helper()
	s := audio.Summarise(h.spare(all))
	s.Seconds = len(all) // those that were lost to the machine were compared too
	return s
}

// spare gives the seconds that are judged.
func (h *house) spare(all []audio.Segment) []audio.Segment {
	h.t.Helper()
	stalls, _ := h.stalls.Seen()
	kept := audio.Spare(all, min(2*stalls, len(all)/3), 0.95)
	if len(kept) < len(all) {
		h.t.Logf("the machine stood still %d times: instead of %s", stalls, audio.Summarise(all))
	}
	return kept
}

var comparing sync.Mutex

// seconds compares at 8 kHz, one test at a time: it takes a whole processor, and
// the calls of the others need theirs.
func seconds(said, heard []float64, opts ...audio.Option) []audio.Segment {
	comparing.Lock()
	defer comparing.Unlock()
	return audio.CorrelatePerSecond(said, heard, 8000, opts...)
}

// person makes an account.
func (h *house) person(login string, roles ...access.Role) access.User {
	h.t.Helper()
	u, err := h.server.Access.CreateUser(h.t.Context(), access.Principal{}, access.NewUser{Login: login, Name: login, StaffNumber: login, Roles: roles, Password: password})
	h.must(err)
	return u
}

// program makes a program that can be called today at any hour.
func (h *house) program(code string, change func(*callback.Program)) callback.Program {
	h.t.Helper()
	all, err := callback.ShippedPrograms(time.Now())
	h.must(err)
	p := all[slices.IndexFunc(all, func(p callback.Program) bool { return p.Code == "delivery" })]
	p.ID, p.Code = uuid.New(), code
	hours := callback.Windows{Default: []callback.Range{{From: 0, To: 12 * time.Hour}, {From: 12 * time.Hour, To: 24 * time.Hour}}}
	p.Windows, p.GovernmentWindows = hours, hours
	change(&p)
	h.must(h.server.Store.InsertProgram(h.t.Context(), p, audit.Event{}))
	zone, err := time.LoadLocation("Asia/Shanghai")
	h.must(err)
	for i := range 2 {
		day := calendar.Override{Day: calendar.DateOf(time.Now().In(zone).AddDate(0, 0, i)), Working: true, Name: "test", ChangedBy: h.boss.User.ID, ChangedAt: time.Now()}
		h.must(h.server.Store.SetCalendarDay(h.t.Context(), day, audit.Event{}))
	}
	return p
}

// task makes a customer whose number ends in the tail, and a call-back for it.
func (h *house) task(agent access.User, p callback.Program, tail string) uuid.UUID {
	h.t.Helper()
	code := uuid.NewString()
	c, err := h.server.Customer.Create(h.t.Context(), h.boss, customer.Customer{Code: code, Name: "王小明", Kind: "investor"},
		[]customer.NewContact{{Number: "138" + tail}})
	h.must(err)
	v, err := h.server.Callback.Create(h.t.Context(), h.boss, callback.NewTask{CustomerID: c.ID, ProgramID: p.ID, AssigneeID: agent.ID, DueAt: time.Now().Add(time.Hour)})
	h.must(err)
	return v.Task.ID
}

// phone signs an agent's softphone in.
func (h *house) phone(agent access.User) *headless.Phone {
	h.t.Helper()
	p, err := headless.Open(h.t.Context(), h.base, agent.Login, password)
	h.must(err)
	h.t.Cleanup(p.Close)
	return p
}

// eventually waits until the condition holds.
func (h *house) eventually(what string, holds func() bool) {
	h.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			h.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// verified waits until a recording is stored and read back.
func (h *house) verified(id uuid.UUID) replay.Detail {
	h.t.Helper()
	var d replay.Detail
	h.eventually("the recording to be verified", func() bool {
		var err error
		d, err = h.server.Store.Recording(h.t.Context(), id)
		h.must(err)
		return d.State == "verified"
	})
	return d
}

// signIn gives a client with the session of an account.
func (h *house) signIn(login string) *http.Client {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	c := &http.Client{Jar: jar}
	resp, err := c.Post(h.base+"/api/v1/session", "application/json", strings.NewReader(fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)))
	h.must(err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		h.t.Fatalf("sign in %s: %s", login, resp.Status)
	}
	return c
}

// get asks the page's listener, or another one that is named.
func (h *house) get(c *http.Client, path string, listener ...string) (int, []byte) {
	h.t.Helper()
	if len(listener) > 0 {
		return h.send(c, http.MethodGet, "http://"+listener[0]+path, nil)
	}
	return h.send(c, http.MethodGet, h.base+path, nil)
}

// send makes a request of the API, or of the operations' listener.
func (h *house) send(c *http.Client, method, url string, in any) (int, []byte) {
	h.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		h.must(err)
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, url, body)
	h.must(err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.Do(req)
	h.must(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp.StatusCode, answer
}

// alaw brings a voice to the form in which it is said.
func alaw(samples []float64) []byte {
	out := make([]byte, len(samples))
	for i, s := range samples {
		out[i] = codec.EncodeALaw(int16(max(-32768, min(32767, s*32768))))
	}
	return out
}
