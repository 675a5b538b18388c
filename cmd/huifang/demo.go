package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"huifang/internal/carriersim"
	"huifang/internal/config"
	"huifang/internal/embedded/demo"
	"huifang/internal/embedded/pg"
	"huifang/internal/embedded/s3gw"
	"huifang/internal/observe"
	"huifang/internal/server"
	"huifang/recording/spool"
)

type demoCommand struct {
	Data     string `default:"data" help:"Directory of database, recordings and sign-ins."`
	HTTP     string `name:"http" default:"127.0.0.1:8080" help:"Address of the page."`
	Ops      string `default:"127.0.0.1:9090" help:"Address of metrics and health."`
	PgBin    string `type:"existingdir" help:"Directory with postgres and initdb, default: looked for."`
	LogLevel string `default:"warn" enum:"debug,info,warn,error"`
	// The parts that the demo brings may be replaced by others.
	Trunk      string `help:"host:port of a SIP peer in place of the simulated carrier."`
	S3Endpoint string `name:"s3-endpoint" help:"host:port of an S3 service in place of the embedded one (plain http)."`
	S3Access   string `name:"s3-access-key" help:"Its access key."`
	S3Secret   string `name:"s3-secret-file" type:"existingfile" help:"File whose first line is its secret key."`
	SIP        string `name:"sip" default:"127.0.0.1:0" help:"Our SIP address."`
}

// signIns is demo.json.
type signIns struct {
	Address string   `json:"address"`
	Ops     string   `json:"ops"`
	Carrier string   `json:"carrier"`
	SIP     string   `json:"sip,omitempty"`
	PID     int      `json:"pid"`
	SignIns []signIn `json:"sign_ins"`
}

type signIn struct {
	Login    string   `json:"login"`
	Password string   `json:"password"`
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
}

func (c *demoCommand) Run(ctx context.Context) (err error) {
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	log, err := observe.NewLogger(os.Stderr, c.LogLevel, "text")
	if err != nil {
		return err
	}
	known, err := readSignIns(filepath.Join(dir, "demo.json"))
	if err != nil {
		return err
	}

	cluster, err := pg.Start(ctx, pg.Config{Dir: filepath.Join(dir, "postgres"), Bin: c.PgBin, NPM: npmDirs(), Logger: log})
	if err != nil {
		return err
	}
	defer cluster.Stop()
	cfg := config.Default()
	cfg.Instance = "demo"
	cfg.Company = map[string]string{"zh-CN": "惠芳家居", "en": "Huifang Home"}
	cfg.HTTP.Listen, cfg.Ops.Listen = c.HTTP, c.Ops
	cfg.Database.OwnerDSN, cfg.Database.DSN = cluster.DSN("postgres", ""), cluster.DSN("postgres", "huifang")
	cfg.Evidence.KeyFile = filepath.Join(dir, "evidence.keys")
	if _, err := os.Stat(cfg.Evidence.KeyFile); errors.Is(err, fs.ErrNotExist) {
		if _, err := addEvidenceKey(cfg.Evidence.KeyFile, "demo.huifang.invalid"); err != nil {
			return err
		}
	}
	cfg.Spool = config.Spool{Dir: filepath.Join(dir, "spool"), ReserveBytes: 256 << 20, BacklogBytes: 2 << 30, KeepLocal: time.Hour}
	cfg.SIP.Listen = c.SIP
	cfg.Media = config.Media{RTPAddress: "127.0.0.1", WebRTCListen: "127.0.0.1:0"}
	if host, _, err := net.SplitHostPort(c.HTTP); err == nil && host != "127.0.0.1" && host != "localhost" {
		cfg.Media.WebRTCListen = net.JoinHostPort(host, "0")
	}
	cfg.Secrets.KeyFile = filepath.Join(dir, "keys")
	if _, err := os.Stat(cfg.Secrets.KeyFile); errors.Is(err, fs.ErrNotExist) {
		if err := addKey(cfg.Secrets.KeyFile, "demo"); err != nil {
			return err
		}
	}
	o := server.Options{Version: version, Demo: true, Logger: log, Ops: observe.NewOps(version), TrunkSecrets: map[string]string{}}

	stopStorage, err := c.storage(ctx, dir, &cfg, &o)
	if err != nil {
		return err
	}
	defer stopStorage()
	carrier, stopCarrier, err := c.carrier(ctx, &cfg, &o)
	if err != nil {
		return err
	}
	defer stopCarrier()

	s, err := server.Start(ctx, cfg, o)
	if err != nil {
		return err
	}
	defer func() {
		fmt.Println("\nStopping ...")
		stop, cancel := context.WithTimeout(context.Background(), stopLimit)
		defer cancel()
		s.Stop(stop)
	}()
	zone, err := time.LoadLocation(cfg.TimeZone)
	if err != nil {
		return err
	}
	passwords, list := passwordsFor(known)
	if err := demo.Fill(ctx, demo.Services{Store: s.Store, Access: s.Access, Customers: s.Customer, Callback: s.Callback, Clock: time.Now, Zone: zone}, passwords); err != nil {
		if ctx.Err() != nil {
			return nil // stopped by the user; the next start goes on
		}
		return fmt.Errorf("make sample data: %w", err)
	}
	out := signIns{Address: "http://" + s.HTTPAddr, Ops: "http://" + s.OpsAddr, Carrier: carrier, PID: os.Getpid(), SignIns: list}
	if err := c.writeConfig(dir, cfg, o.StorageSecret); err != nil {
		return err
	}
	if err := writeSignIns(filepath.Join(dir, "demo.json"), out); err != nil {
		return err
	}
	announce(out, dir)
	<-ctx.Done()
	return nil
}

// lockDir refuses a second demo on the same data.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another demo runs on %s already; stop it, or choose another directory with --data", dir)
	}
	return f, nil
}

// npmDirs are where `make postgres` puts binaries.
func npmDirs() []string {
	dirs := []string{"tools/postgres"}
	if exe, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Join(filepath.Dir(exe), "..", "tools", "postgres"))
	}
	return dirs
}

// storage starts the embedded S3 service, unless another one is named.
func (c *demoCommand) storage(ctx context.Context, dir string, cfg *config.Config, o *server.Options) (stop func(), err error) {
	cfg.Storage.TLS = false
	if c.S3Endpoint != "" {
		cfg.Storage.Endpoint, cfg.Storage.AccessKey = c.S3Endpoint, c.S3Access
		o.StorageSecret, err = config.ReadSecret(c.S3Secret)
		return func() {}, err
	}
	g, err := s3gw.Start(ctx, filepath.Join(dir, "s3"))
	if err != nil {
		return nil, err
	}
	cfg.Storage.Endpoint, cfg.Storage.AccessKey = s3gw.Endpoint, g.AccessKey
	cfg.Storage.Socket, o.StorageSecret = g.Socket, g.SecretKey
	return g.Stop, nil
}

// carrier starts the simulated carrier, unless another trunk is named.
func (c *demoCommand) carrier(ctx context.Context, cfg *config.Config, o *server.Options) (address string, stop func(), err error) {
	trunk := config.Trunk{Name: "main", Transport: "udp", CallerID: "4001234567", StripPrefix: "+86", Address: c.Trunk}
	stop = func() {}
	if c.Trunk == "" {
		credentials := carriersim.Credentials{Username: "huifang", Password: word()}
		sim, err := carriersim.New(carriersim.Config{SIPAddr: "127.0.0.1:0", Logger: o.Logger, Registerer: o.Ops.Registry, Credentials: credentials})
		if err != nil {
			return "", nil, err
		}
		if err := sim.Start(ctx); err != nil {
			return "", nil, err
		}
		stop = sim.Stop
		trunk.Address, trunk.Username = sim.Addr(), credentials.Username
		o.TrunkSecrets[trunk.Name] = credentials.Password
	}
	cfg.Trunks = []config.Trunk{trunk}
	return trunk.Address, stop, nil
}

// writeConfig puts the configuration there for the other commands, such as
// huifang verify, while the demo runs.
func (c *demoCommand) writeConfig(dir string, cfg config.Config, secret string) error {
	cfg.Storage.SecretKeyFile = filepath.Join(dir, "s3.secret")
	if err := spool.WriteDurably(cfg.Storage.SecretKeyFile, []byte(secret+"\n")); err != nil {
		return err
	}
	return cfg.Write(filepath.Join(dir, "huifang.yaml"))
}

func readSignIns(path string) (map[string]string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	var s signIns
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, nil // cut off by a crash: new passwords are made
	}
	out := map[string]string{}
	for _, p := range s.SignIns {
		out[p.Login] = p.Password
	}
	return out, nil
}

// passwordsFor keeps known passwords and makes those that are missing.
func passwordsFor(known map[string]string) (map[string]string, []signIn) {
	out := map[string]string{}
	var list []signIn
	for _, p := range demo.People() {
		w := known[p.Login]
		if w == "" {
			w = word()
		}
		out[p.Login] = w
		var roles []string
		for _, r := range p.Roles {
			roles = append(roles, string(r))
		}
		list = append(list, signIn{Login: p.Login, Password: w, Name: p.Name, Roles: roles})
	}
	return out, list
}

// writeSignIns puts demo.json there, for the owner only, whole or not at all.
func writeSignIns(path string, s signIns) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return spool.WriteDurably(path, append(b, '\n'))
}

func announce(s signIns, dir string) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  Huifang 回访 is ready:  %s\n\n", s.Address)
	fmt.Fprintf(&b, "  %-10s %-22s %s\n", "sign-in", "password", "who")
	for _, p := range s.SignIns {
		fmt.Fprintf(&b, "  %-10s %-22s %s (%s)\n", p.Login, p.Password, p.Name, strings.Join(p.Roles, ", "))
	}
	fmt.Fprintf(&b, "\n  metrics and health: %s   sign-ins: %s\n  Ctrl-C stops everything.\n", s.Ops, filepath.Join(dir, "demo.json"))
	fmt.Print(b.String())
}

// word is a random password that can be typed.
func word() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}

// readOptional reads a secret; an empty path gives a new random one.
func readOptional(path string) (string, error) {
	if path == "" {
		return word(), nil
	}
	return config.ReadSecret(path)
}
