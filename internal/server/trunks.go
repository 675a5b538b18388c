package server

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"time"

	"huifang/internal/backend"
	"huifang/internal/call"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/store"
	"huifang/internal/switchboard"
	"huifang/internal/trunk"
	"huifang/signaling/sip"
)

// carrierLine is a trunk as the carrier uses it.
type carrierLine struct {
	sip.Trunk
	settings trunk.Settings
	local    netip.Addr // that our voice leaves from
}

// reception says which calls from a trunk are ours. It is of the configuration
// file: a trunk that administrators made takes none.
type reception struct {
	numbers []string
	trust   bool
}

// keepTrunks brings the trunks of the database in step with the configuration
// and has the carrier work with them, now and after each change.
func (s *Server) keepTrunks(ctx context.Context, cfg config.Config, o Options, db *store.Store, c *carrier, probe prober) error {
	var keys *trunk.Keys
	var err error
	if cfg.Secrets.KeyFile != "" {
		if keys, err = trunk.ReadKeys(cfg.Secrets.KeyFile); err != nil {
			return err
		}
	}
	s.Trunks, err = trunk.NewService(trunk.Config{Store: db, Keys: keys, Apply: c.apply, MayProbe: c.mayDial, Probe: probe, Instance: cfg.Instance, Clock: time.Now, Logger: o.Logger})
	if err != nil {
		return err
	}
	var configured []trunk.Live
	c.reception = map[string]reception{}
	for _, t := range cfg.Trunks {
		c.reception[t.Name] = reception{t.ServiceNumbers, t.TrustIdentity}
		configured = append(configured, trunk.Live{Password: o.TrunkSecrets[t.Name], Trunk: trunk.Trunk{Settings: trunk.Settings{
			Name: t.Name, Address: t.Address, Transport: t.Transport, Domain: t.Domain, Username: t.Username, CallerID: t.CallerID, CallerIDs: t.CallerIDs,
			Register: t.Register, RegisterExpires: t.RegisterExpires, SRTP: cmp.Or(t.SRTP, "off"), StripPrefix: t.StripPrefix, AddPrefix: t.AddPrefix,
			Sources: t.Sources, MediaSources: t.MediaSources, Outcomes: t.Outcomes,
		}}})
	}
	return s.Trunks.Start(ctx, configured)
}

// prober makes a test call in the background.
type prober func(c trunk.ProbeCall, ended func(trunk.ProbeEnd))

// probeOn has a switchboard make the test calls.
func probeOn(board **switchboard.Switchboard) prober {
	return func(c trunk.ProbeCall, ended func(trunk.ProbeEnd)) {
		(*board).Probe(switchboard.ProbeOrder(c), func(e switchboard.ProbeEnd) {
			ended(trunk.ProbeEnd{RingingAt: e.RingingAt, AnsweredAt: e.AnsweredAt, EndedAt: e.EndedAt, Outcome: string(e.Outcome), Reason: e.Reason, SIPCode: e.SIPCode,
				Quality: trunk.ProbeQuality{Received: e.Figures.Received, Lost: e.Figures.Lost, JitterMs: inMs(e.Figures.Jitter), RoundTripMs: inMs(e.Figures.RoundTrip), MOS: e.MOS}})
		})
	}
}

func inMs(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// mayDial refuses what no call may be made to.
func (c *carrier) mayDial(number string) error {
	if v := c.numbers.Judge(customer.StoredNumber(number)); !v.Allowed {
		c.board.Refused(string(v.Class))
		return &problem.Error{Code: problem.CodeRefused, Reason: "number_not_permitted", Detail: fmt.Sprintf("numbers of class %s may not be dialled", v.Class)}
	}
	return nil
}

// apply makes the trunks those of the next calls; calls that are up are not
// disturbed.
func (c *carrier) apply(ctx context.Context, list []trunk.Live) error {
	lines := maps.Clone(*c.lines.Load()) // a call over a trunk that is gone is still to be judged
	var agents []sip.Trunk
	var settings []trunk.Settings
	for _, t := range list {
		line := carrierLine{settings: t.Settings, local: c.address, Trunk: sip.Trunk{
			Name: t.Name, Address: t.Address, Transport: t.Transport, CallerID: t.CallerID, Domain: t.Domain, Username: t.Username, Password: t.Password,
			Register: t.Register, RegisterExpires: t.RegisterExpires, SRTP: sip.SRTP(t.SRTP), StripPrefix: t.StripPrefix, AddPrefix: t.AddPrefix,
		}}
		if t.KeysExposed() {
			c.logger.Warn("keys of the voice can be read on the way: SRTP without TLS", "trunk", t.Name)
		}
		line.ServiceNumbers, line.TrustIdentity = c.reception[t.Name].numbers, c.reception[t.Name].trust
		for code, outcome := range t.Outcomes {
			if line.OutcomeOverrides == nil {
				line.OutcomeOverrides = map[int]call.Outcome{}
			}
			line.OutcomeOverrides[code] = call.Outcome(outcome)
		}
		for _, r := range t.Rewrites {
			line.Rewrites = append(line.Rewrites, sip.Rewrite(r))
		}
		var err error
		if line.AllowedSources, err = prefixes(t.Sources); err != nil {
			return err
		}
		if line.MediaPrefixes, err = prefixes(t.MediaSources); err != nil {
			return err
		}
		if c.address.IsUnspecified() {
			if line.local, err = outward(ctx, t.Address); err != nil {
				// Its host has no address now: it is down, the others are not.
				c.logger.Warn("no way to trunk", "trunk", t.Name, "error", err)
				line.local = c.address
			}
		}
		lines[t.Name] = line
		agents, settings = append(agents, line.Trunk), append(settings, t.Settings)
	}
	if err := c.agent.SetTrunks(ctx, agents); err != nil {
		return fmt.Errorf("set trunks: %w", err)
	}
	c.lines.Store(&lines)
	c.board.Set(settings)
	return nil
}

func (c *carrier) line(name string) carrierLine { return (*c.lines.Load())[name] }

// up tells which trunks are not known to be down.
func (c *carrier) up() func(name string) bool {
	states := map[string]sip.TrunkState{}
	for _, t := range c.agent.Trunks() {
		states[t.Name] = t.State
	}
	return func(name string) bool {
		state, there := states[name]
		return there && state != sip.TrunkDown
	}
}

// room is what the dial gate asks (Rule T-07).
func (c *carrier) room() (ok, full bool, again time.Time) {
	usable, free, again := c.board.Room(c.up())
	return usable, usable && !free, again
}

// outward is the address that this machine reaches a trunk from.
func outward(ctx context.Context, address string) (netip.Addr, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp", address) // sends nothing
	if err != nil {
		return netip.Addr{}, fmt.Errorf("find the address toward the trunk (or set media.rtp_address): %w", err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

func prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range list {
		p, err := config.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// keepNumbers has the carrier ask the number rules of the database, the first
// version of which is the configuration's.
func (s *Server) keepNumbers(ctx context.Context, cfg config.Config, db *store.Store, c *carrier) error {
	var rules []customer.NumberRule
	for _, r := range cfg.Numbers.Rules {
		rules = append(rules, customer.NumberRule{Prefix: r.Prefix, Allow: r.Allow})
	}
	numbers, err := customer.NewNumberRules(db, time.Now)
	if err != nil {
		return err
	}
	if err := numbers.Start(ctx, rules); err != nil {
		return fmt.Errorf("read numbers.rules: %w", err)
	}
	c.numbers = numbers
	return nil
}

// ways says over which trunks a number would be dialled and how it would be
// written there, in the order of their priority. Nothing is dialled.
func (c *carrier) ways(number string) []backend.NumberWay {
	up := c.up()
	var out []backend.NumberWay
	for _, s := range c.board.List() {
		way := backend.NumberWay{Trunk: s.Name, Up: up(s.Name), CallerID: s.CallerID, CallerIDs: s.CallerIDs}
		var err error
		if way.Dialled, err = c.line(s.Name).Dialled(number); err != nil {
			way.Dialled = ""
		}
		out = append(out, way)
	}
	return out
}
