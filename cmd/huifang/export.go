package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/config"
	"huifang/internal/disclosure"
	"huifang/internal/problem"
	"huifang/internal/server"
	"huifang/recording/evidence"
)

// exportCommand makes the copies of Rule T-08.
type exportCommand struct {
	Config string `required:"" type:"existingfile" env:"HUIFANG_CONFIG" help:"Configuration file."`
	From   string `required:"" xor:"what" and:"period" help:"First day of the period, 2026-11-01, in the site's time zone; or a time in RFC 3339."`
	To     string `and:"period" help:"First day after the period."`
	Filing string `required:"" xor:"what" and:"filing" help:"Id of a filing in place of a period: the pack of what goes to an authority (Rule S-03)."`
	Taken  string `name:"taken-by" and:"filing" help:"Who takes the pack of the filing."`
	Out    string `required:"" type:"path" help:"Directory that gets the volumes; a broken export goes on where it stopped."`
	Volume string `default:"none" help:"Size of a volume: cd (700 MB), dvd (4.7 GB), bd (25 GB), a number of MB, or none."`
	By     string `required:"" help:"Login of the head of records or the auditor who makes the copy."`
	Reason string `help:"What it is made for; it stands in the pack and in the audit log. Required for a period."`
}

func (c *exportCommand) Run(ctx context.Context) error {
	size, err := volumeBytes(c.Volume)
	if err != nil {
		return err
	}
	if c.Filing == "" && strings.TrimSpace(c.Reason) == "" {
		return errors.New("--reason: must not be empty")
	}
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	p, err := openParts(ctx, c.Config)
	if err != nil {
		return err
	}
	defer p.close()
	who, err := exporter(ctx, p, c.By)
	if err != nil {
		return err
	}
	authority, err := server.TimestampAuthority(p.cfg)
	if err != nil {
		return err
	}
	log, err := evidence.New(evidence.Config{Authority: authority, Store: p.db.Evidence(), Vault: p.client, Keys: p.keys, Clock: time.Now, Logger: p.log})
	if err != nil {
		return err
	}
	e := &evidence.Exporter{Source: p.db.Evidence(), Objects: server.StoredObjects{Client: p.client}, Log: log, Clock: time.Now, Progress: progress()}
	o := evidence.Order{Dir: c.Out, By: who.Name, Reason: c.Reason, VolumeBytes: size}
	if o.Zone, err = time.LoadLocation(cfg.TimeZone); err != nil {
		return fmt.Errorf("time_zone: %w", err)
	}
	var handOver func(dirs []string) error
	if c.Filing != "" {
		handOver, err = c.ofFiling(ctx, p, who, &o)
	} else {
		e.Note = func(ctx context.Context, recordings []uuid.UUID) error {
			return p.db.NoteExported(ctx, recordings, who.ID, time.Now().UTC())
		}
		err = c.ofPeriod(ctx, p, who, cfg.TimeZone, &o)
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o750); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	dirs, err := e.Export(ctx, o)
	fmt.Fprintln(os.Stderr)
	if err == nil && handOver != nil {
		err = handOver(dirs)
	}
	if err != nil {
		return err
	}
	for _, d := range dirs {
		fmt.Println(d)
	}
	fmt.Printf("verify with: huifang verify --pack %s --key '%s'\n", filepath.Clean(c.Out), p.keys.Verifiers()[0])
	return nil
}

// ofPeriod completes the order of a copy, and notes it: nothing goes out that
// the log does not have (Rules T-08, S-01).
func (c *exportCommand) ofPeriod(ctx context.Context, p *parts, who access.User, zone string, o *evidence.Order) error {
	period, err := periodOf(c.From, c.To, zone)
	if err != nil {
		return err
	}
	o.Period = &period
	return p.db.AppendEvent(ctx, audit.Event{At: time.Now().UTC(), ActorID: who.ID, Action: audit.ActionExported, ObjectKind: "export", ObjectID: uuid.NewString(),
		Rule: "T-08", Reason: c.Reason, Detail: map[string]any{"from": period.From, "to": period.To, "volume_bytes": o.VolumeBytes}})
}

// ofFiling completes the order of a pack for an authority, and gives what notes
// that it was handed over, with the hash of its signed contents (Rule S-03).
func (c *exportCommand) ofFiling(ctx context.Context, p *parts, who access.User, o *evidence.Order) (func([]string) error, error) {
	id, err := uuid.Parse(c.Filing)
	if err != nil {
		return nil, fmt.Errorf("--filing: %q is no id", c.Filing)
	}
	if o.VolumeBytes != 0 {
		return nil, errors.New("--volume: the pack of a filing is one volume")
	}
	f, err := p.db.Filing(ctx, id)
	switch {
	case err != nil:
		return nil, fmt.Errorf("--filing: %w", err)
	case f.State != disclosure.FilingFiled:
		return nil, fmt.Errorf("--filing: it is %s; what goes to an authority is filed first and handed over once (Rule S-03)", f.State)
	}
	service, err := disclosure.NewService(disclosure.Config{Store: p.db, Clock: time.Now})
	if err != nil {
		return nil, err
	}
	o.Recordings, o.Reason = f.Recordings, f.LegalBasis
	o.Filing = &evidence.Filing{ID: f.ID.String(), Authority: f.Authority, Reference: f.Reference, LegalBasis: f.LegalBasis,
		Contents: fmt.Sprintf("%d recordings", len(f.Recordings)), TakenBy: c.Taken}
	return func(dirs []string) error {
		content, err := os.ReadFile(filepath.Join(dirs[0], "pack.json"))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		return service.HandOver(ctx, access.Principal{User: who}, f.ID, sum[:], c.Taken)
	}, nil
}

// exporter is an account that may make copies.
func exporter(ctx context.Context, p *parts, login string) (access.User, error) {
	u, _, err := p.db.UserByLogin(ctx, login)
	switch {
	case problem.IsNotFound(err), err == nil && !u.DisabledAt.IsZero():
		return u, fmt.Errorf("--by: no account %q is open", login)
	case err == nil && !(access.Principal{User: u}).Has(access.RoleRecordsHead, access.RoleAuditor):
		return u, fmt.Errorf("--by: %s is neither head of records nor auditor (Rule S-01)", login)
	}
	return u, err
}

// volumeBytes reads a size; what the media hold, in bytes of a thousand.
func volumeBytes(s string) (int64, error) {
	switch s {
	case "none":
		return 0, nil
	case "cd":
		return 700_000_000, nil
	case "dvd":
		return 4_700_000_000, nil
	case "bd":
		return 25_000_000_000, nil
	}
	mb, err := strconv.ParseInt(s, 10, 32)
	if err != nil || mb < 2 {
		return 0, fmt.Errorf("--volume: %q is not cd, dvd, bd, none or a number of MB from 2 on", s)
	}
	return mb * 1_000_000, nil
}

func periodOf(from, to, zone string) (p evidence.Period, err error) {
	z, err := time.LoadLocation(zone)
	if err != nil {
		return p, err
	}
	day := func(flag, s string) (time.Time, error) {
		if t, err := time.ParseInLocation(time.DateOnly, s, z); err == nil {
			return t.UTC(), nil
		}
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return t, fmt.Errorf("%s: %q is neither a day such as 2026-11-01 nor a time such as 2026-11-01T08:00:00+08:00", flag, s)
		}
		return t.UTC(), nil
	}
	if p.From, err = day("--from", from); err != nil {
		return p, err
	}
	if p.To, err = day("--to", to); err != nil {
		return p, err
	}
	if !p.From.Before(p.To) {
		return p, fmt.Errorf("--to: %s does not lie behind --from %s", to, from)
	}
	return p, nil
}

// progress prints where an export is, at most every second.
func progress() func(volume int, calls, bytes int64) {
	var last time.Time
	return func(volume int, calls, bytes int64) {
		if now := time.Now(); now.Sub(last) > time.Second {
			last = now
			fmt.Fprintf(os.Stderr, "\rvolume %d: %d calls, %.1f MB   ", volume, calls, float64(bytes)/1e6)
		}
	}
}
