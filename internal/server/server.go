package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/backend"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/casework"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/disclosure"
	"huifang/internal/httpapi"
	"huifang/internal/intake"
	"huifang/internal/observe"
	"huifang/internal/replay"
	"huifang/internal/retention"
	"huifang/internal/store"
	"huifang/internal/switchboard"
	"huifang/internal/token"
	"huifang/internal/trunk"
	"huifang/internal/visit"
	"huifang/media"
	"huifang/media/quality"
	"huifang/media/rtcleg"
	"huifang/media/rtpleg"
	"huifang/media/tone"
	"huifang/recording"
	"huifang/recording/archive"
	"huifang/recording/spool"
	"huifang/signaling"
	"huifang/signaling/sip"
	"huifang/web"
)

// Options are what a configuration file does not say.
type Options struct {
	Version string
	Demo    bool
	// StorageSecret is the S3 secret key.
	StorageSecret string
	// TrunkSecrets are the trunks' passwords by name.
	TrunkSecrets map[string]string
	Logger       *slog.Logger
	Ops          *observe.Ops
}

// Server is one running instance.
type Server struct {
	HTTPAddr string // where the page is
	OpsAddr  string
	SIPAddr  string // where carriers reach us over UDP
	// MediaAddr is where agents' sound comes in over UDP, the first address of
	// several; empty without UDP.
	MediaAddr string
	Store     *store.Store
	Callback  *callback.Service
	Access    *access.Service
	Customer  *customer.Service
	Trunks    *trunk.Service

	logger *slog.Logger
	stops  []stop // in the order in which they were started
}

// stop is one thing to be stopped, at most until ctx ends.
type stop struct {
	what string
	do   func(context.Context) error
}

// Start brings an instance up: database, spool, archive, media, trunks, then
// the listeners. On an error everything that was started is stopped again.
func Start(ctx context.Context, cfg config.Config, o Options) (*Server, error) {
	s := &Server{logger: o.Logger}
	if err := s.start(ctx, cfg, o); err != nil {
		c, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		s.Stop(c)
		return nil, err
	}
	return s, nil
}

// Stop ends live calls, seals their recordings, and stops every part, the last
// started first. ctx bounds the wait for calls and recordings.
func (s *Server) Stop(ctx context.Context) {
	for i := len(s.stops) - 1; i >= 0; i-- {
		if err := s.stops[i].do(ctx); err != nil {
			s.logger.Warn("not stopped in an orderly way", "part", s.stops[i].what, "error", err)
		}
	}
	s.stops = nil
}

func (s *Server) onStop(what string, do func(context.Context) error) {
	s.stops = append(s.stops, stop{what, do})
}

// plain makes a stop of a function that neither waits nor fails.
func plain(f func()) func(context.Context) error {
	return func(context.Context) error { f(); return nil }
}

func (s *Server) start(ctx context.Context, cfg config.Config, o Options) error {
	zone, err := time.LoadLocation(cfg.TimeZone)
	if err != nil {
		return fmt.Errorf("read time zone: %w", err)
	}
	reg, log := o.Ops.Registry, o.Logger
	db, err := OpenDatabase(ctx, cfg.Database, log)
	if err != nil {
		return err
	}
	s.Store = db
	s.onStop("database", plain(db.Close))
	o.Ops.Require("database", db.Ping)

	disk, err := spool.Open(spool.Config{Dir: cfg.Spool.Dir, Reserve: cfg.Spool.ReserveBytes, Logger: log})
	if err != nil {
		return err
	}
	s.onStop("spool", func(context.Context) error { return disk.Close() })
	client, err := StorageClient(cfg, o.StorageSecret)
	if err != nil {
		return err
	}
	s.onStop("storage client", plain(client.Close))
	missing, err := missingKeys(ctx, cfg.Storage, client, db, log)
	if err != nil {
		return err
	}

	// The board and the hub are known to parts that are made before them.
	var board *switchboard.Switchboard
	var hub *signaling.Hub
	var tasks *callback.Service
	changed := func(id, callID uuid.UUID, state, errText string) { board.RecordingChanged(callID, id, state, errText) }
	uploader := archive.NewUploader(archive.UploaderConfig{Probed: noteProbe(db, cfg.Instance, log), Instance: cfg.Instance, Client: client, Ledger: db, Local: localDisk{disk}, Encrypt: cfg.Storage.Encrypted(), MissingKeys: missing,
		KeepLocal: cfg.Spool.KeepLocal, Changed: changed, Logger: log, Metrics: archive.NewMetrics(reg)})
	recs := &recorders{instance: cfg.Instance, spool: disk, ledger: db, uploader: uploader, changed: changed, limit: cfg.Spool.BacklogBytes,
		logger: log, metrics: recording.NewMetrics(reg), stop: make(chan struct{})}
	o.Ops.Require("recorder", func(context.Context) error { return recs.healthy() })
	if reg != nil {
		recording.Watch(reg, recs.healthy, disk.Free)
	}

	callers := &inbound{logger: log}
	agent, phones, err := s.telephony(ctx, cfg, o, callers)
	if err != nil {
		return err
	}
	if err := s.keepNumbers(ctx, cfg, db, phones); err != nil {
		return err
	}
	if err := s.keepTrunks(ctx, cfg, o, db, phones, probeOn(&board)); err != nil {
		return err
	}
	o.Ops.Note("trunks", phones.note)
	s.SIPAddr = agent.Addr("udp").String()
	s.onStop("inbound calls", plain(callers.stop))
	o.Ops.Require("trunk", func(context.Context) error {
		if ok, _, _ := phones.room(); !ok {
			return errors.New("every trunk is down")
		}
		return nil
	})
	rtc, err := s.agentSide(cfg, o)
	if err != nil {
		return err
	}
	ice, err := readICEServers(cfg.Media.ICEServers)
	if err != nil {
		return err
	}
	notices, err := tone.NewNotices(nil)
	if err != nil {
		return err
	}

	music, err := holdMusic(cfg.Media)
	if err != nil {
		return err
	}

	clock := time.Now
	days, err := calendar.NewService(db, clock)
	if err != nil {
		return err
	}
	state := &health{recorders: recs, uploader: uploader, requireWORM: cfg.Storage.RequireWORM, trunks: phones.room, logger: log}
	o.Ops.Note("storage", state.storageNote)
	work := callback.NewMetrics(reg)
	g, err := callback.NewGate(callback.GateConfig{Store: db, People: db, Days: days, Recorder: state, Storage: state, Trunks: state,
		Lines: lines{&board}, Permitted: phones.numbers.Judge, AgentRate: cfg.Numbers.AgentDialsPerMinute, Clock: clock, Logger: log, Metrics: work})
	if err != nil {
		return err
	}
	board = switchboard.New(switchboard.Config{Instance: cfg.Instance, Gate: gate{g}, Ledger: db, Carrier: phones, Media: agentMedia{rtc}, Recorders: recs,
		Publisher: publisher{&hub}, Prompts: notices, HoldMusic: music, Ear: newEar, Untaken: callers.notTaken, Clock: clock, Logger: log, Metrics: switchboard.NewMetrics(reg), BridgeMetrics: media.NewMetrics(reg)}, quality.MOS)
	strip, err := backend.NewSystem(backend.SystemConfig{Recorder: state, Storage: uploader, Trunks: agent, Days: days, Zone: zone, Clock: clock})
	if err != nil {
		return err
	}
	hub, err = signaling.NewHub(signaling.Config{Desk: &desk{board: board, people: db, system: strip.System, audit: db, gone: func(ctx context.Context, agentID uuid.UUID) { tasks.AgentGone(ctx, agentID) }, begun: func(ctx context.Context, agentID uuid.UUID) error { return tasks.BeginShift(ctx, agentID) }, ice: ice, relay: cfg.Media.RelayOnly, logger: log}, Problem: httpapi.Problem,
		SignedIn: stillSignedIn(db, clock), Logger: log, Metrics: signaling.NewMetrics(reg)})
	if err != nil {
		return err
	}

	people, err := access.NewService(access.Config{Store: db, Log: db, Clock: clock, Logger: log})
	if err != nil {
		return err
	}
	customers, err := customer.NewService(db, clock)
	if err != nil {
		return err
	}
	var finished atomic.Pointer[casework.Keeper]
	shift, err := shiftHours(cfg.Shift)
	if err != nil {
		return err
	}
	calendar.Watch(reg, days, zone)
	tasks, err = callback.NewService(callback.ServiceConfig{Store: db, Gate: g, People: db, Customers: db, Days: days, Zone: zone,
		Company: callback.Words{Chinese: cfg.Company["zh-CN"], English: cfg.Company["en"]},
		Changed: func(taskID, assigneeID uuid.UUID) {
			hub.Publish(assigneeID, "task.changed", map[string]any{"task_id": taskID})
			if k := finished.Load(); k != nil {
				k.Notify() // a final record may open or settle a case at once (Rule C-19)
			}
		}, Online: hub.Online, Shift: shift, ShiftEnded: shiftEnded(board, log), Clock: clock, Logger: log, Metrics: work})
	if err != nil {
		return err
	}
	open, err := inboundHours(cfg.Inbound)
	if err != nil {
		return err
	}
	missed, err := callback.NewInbound(callback.InboundConfig{Store: db, People: db, Instance: cfg.Instance, Days: days, Hours: open, Zone: zone, MaxWait: cfg.Inbound.MaxWait,
		Changed: func(taskID, assigneeID uuid.UUID) {
			if assigneeID != uuid.Nil {
				hub.Publish(assigneeID, "task.changed", map[string]any{"task_id": taskID})
			}
		}, Clock: clock, Logger: log, Metrics: work})
	if err != nil {
		return err
	}
	sentences, err := tone.NewQueue()
	if err != nil {
		return err
	}
	callers.desk.Store(missed)
	db.SetPlanner(tasks.Propose)
	if err := tasks.EnsurePrograms(ctx); err != nil {
		return err
	}
	s.Access, s.Customer, s.Callback = people, customers, tasks
	listening, err := replay.NewService(replay.Config{Store: db, Archive: &library{store: db, client: client, local: localDisk{disk}}, Clock: clock, Logger: log})
	if err != nil {
		return err
	}

	plans, err := s.makePlans(db, days, tasks, zone, &hub)
	if err != nil {
		return err
	}
	grants, err := disclosure.NewService(disclosure.Config{Store: db, Clock: clock})
	if err != nil {
		return err
	}

	messages, gateway, err := s.keepMessages(ctx, cfg, o, db, phones, func(taskID, assigneeID uuid.UUID) {
		if assigneeID != uuid.Nil {
			hub.Publish(assigneeID, "task.changed", map[string]any{"task_id": taskID})
		}
	})
	if err != nil {
		return err
	}

	visits, err := visit.NewService(visit.Config{Store: db, Zone: zone, Changed: func(taskID, assigneeID uuid.UUID) {
		hub.Publish(assigneeID, "task.changed", map[string]any{"task_id": taskID})
	}, Clock: clock})
	if err != nil {
		return err
	}

	// What a crash left comes to its end before the first new call.
	if n, err := board.Recover(ctx); err != nil {
		return fmt.Errorf("close calls of an earlier run: %w", err)
	} else if n > 0 {
		log.Warn("calls of an earlier run closed", "calls", n)
	}
	if n, err := recs.recover(ctx); err != nil {
		return err
	} else if n > 0 {
		log.Warn("interrupted recordings sealed", "recordings", n)
	}
	callers.begin(inboundParts{board: board, carrier: phones, prompts: sentences, ringFor: cfg.Inbound.RingFor, announce: cfg.Inbound.AnnounceEvery})
	proof, err := s.keepEvidence(ctx, cfg.Evidence, db, client, o)
	if err != nil {
		return err
	}
	compared, err := s.keepReconciling(cfg, db, client, o)
	if err != nil {
		return err
	}
	s.onStop("search", plain(replay.StartTender(db, replay.NewMetrics(reg), log).Stop))
	s.onStop("clocks", plain(callback.StartClock(tasks).Stop))
	tokens, err := token.NewService(db, clock)
	if err != nil {
		return err
	}
	imports, err := intake.NewService(intake.Config{Store: db, Days: days, Zone: zone, Clock: clock, Logger: log, Metrics: intake.NewMetrics(reg)})
	if err != nil {
		return err
	}
	s.onStop("feeds", plain(intake.StartClock(imports, tokens).Stop))
	kept, err := retention.NewService(db, clock)
	if err != nil {
		return err
	}
	keeper := retention.NewKeeper(retention.KeeperConfig{Ledger: db, Objects: client, Clock: clock, Logger: log, Metrics: retention.NewMetrics(reg)})
	keeper.Start()
	s.onStop("retention", plain(keeper.Stop))
	uploader.Start()
	s.onStop("uploader", plain(uploader.Stop))
	s.onStop("recordings", func(ctx context.Context) error { recs.close(ctx); return nil })
	s.onStop("softphones", plain(hub.Close))
	s.onStop("calls", board.Stop)

	cases, files, err := s.keepCases(db, tasks, visits, days, zone, hub, o)
	if err != nil {
		return err
	}
	keptCases := casework.StartKeeper(cases)
	s.onStop("cases", plain(keptCases.Stop))
	finished.Store(keptCases)

	api, err := backend.New(backend.Deps{Access: people, Callback: tasks, Customers: customers, Calendar: days, Replay: listening, Audit: db, Lines: board, System: strip,
		Trunks:   backend.Trunks{Service: s.Trunks, States: agent, Board: phones.board, Statistics: db, Zone: zone, Clock: clock},
		Numbers:  backend.Numbers{Policy: phones.numbers, Ways: phones.ways, Programs: tasks.Programs},
		Cases:    cases,
		Messages: messages, SMSGateway: gateway, Visits: visits,
		Evidence: proof, Reconcile: compared, Grants: grants, Files: files, Plans: plans, Retention: backend.Retention{Service: kept, Changed: keeper.Notify}, Tokens: tokens, Imports: imports,
		Site: httpapi.Site{TimeZone: cfg.TimeZone, Demo: o.Demo, Version: o.Version}, SignedOut: hub.SignedOut, UserSignedOut: hub.UserSignedOut})
	if err != nil {
		return err
	}
	if api.Dealings, api.Duties, err = s.keepDuties(db, days, zone, clock, reg, log); err != nil {
		return err
	}
	api.Softphone, api.Page = softphone{hub}, web.NewHandler(web.Files())
	api.Config = httpapi.Config{Logger: log, Clock: clock, Version: o.Version, Metrics: httpapi.NewMetrics(reg)}
	if s.OpsAddr, err = s.listen("operations", cfg.Ops.Listen, o.Ops.Handler(), nil); err != nil {
		return err
	}
	pair, err := certificate(cfg.HTTP)
	if err != nil {
		return err
	}
	s.HTTPAddr, err = s.listen("page", cfg.HTTP.Listen, httpapi.NewServer(api), pair)
	return err
}

// telephony starts SIP and the ports of the customers' voice.
func (s *Server) telephony(ctx context.Context, cfg config.Config, o Options, callers *inbound) (*sip.UserAgent, *carrier, error) {
	local, err := netip.ParseAddr(cfg.Media.RTPAddress)
	if err != nil {
		return nil, nil, fmt.Errorf("read media.rtp_address: %w", err)
	}
	low, high, err := cfg.Media.Ports()
	if err != nil {
		return nil, nil, err
	}
	metrics := rtpleg.NewMetrics(o.Ops.Registry)
	ports, err := rtpleg.NewPortPool(local, low, high, 0, metrics)
	if err != nil {
		return nil, nil, err
	}
	c := &carrier{ports: ports, address: local, board: trunk.NewBoard(time.Now, uint64(time.Now().UnixNano()), trunk.NewMetrics(o.Ops.Registry)), metrics: metrics, logger: o.Logger}
	uac := sip.UserAgentConfig{ListenUDP: cfg.SIP.Listen, ListenTCP: cfg.SIP.Listen, AdvertisedHost: cfg.SIP.Advertise, RequestRate: cfg.SIP.RequestRate,
		Logger: o.Logger, Registerer: o.Ops.Registry, Product: "Huifang/" + o.Version, OnIncoming: callers.take}
	c.lines.Store(&map[string]carrierLine{})
	if c.agent, err = sip.NewUserAgent(uac); err != nil {
		return nil, nil, fmt.Errorf("make SIP user agent: %w", err)
	}
	if err := c.agent.Start(ctx); err != nil {
		return nil, nil, fmt.Errorf("start SIP: %w", err)
	}
	s.onStop("SIP", plain(c.agent.Stop))
	return c.agent, c, nil
}

// agentSide opens the ports of the agents' connections.
func (s *Server) agentSide(cfg config.Config, o Options) (*rtcleg.API, error) {
	var public []netip.Addr
	for _, text := range cfg.Media.PublicIPs {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return nil, fmt.Errorf("read media.public_ips: %w", err)
		}
		public = append(public, a)
	}
	loopback := strings.HasPrefix(cfg.Media.WebRTCListen, "127.") || strings.HasPrefix(cfg.Media.WebRTCTCP, "127.") || strings.HasPrefix(cfg.HTTP.Listen, "127.") || strings.HasPrefix(cfg.HTTP.Listen, "localhost")
	api, err := rtcleg.NewAPI(rtcleg.Config{UDPAddr: cfg.Media.WebRTCListen, TCPAddr: cfg.Media.WebRTCTCP, PublicIPs: public,
		Lite: cfg.Media.ICELite, IncludeLoopback: loopback, Logger: o.Logger, Metrics: rtcleg.NewMetrics(o.Ops.Registry)})
	if err != nil {
		return nil, fmt.Errorf("open agents' media: %w", err)
	}
	s.onStop("agents' media", func(context.Context) error { return api.Close() })
	if at := api.UDPAddrs(); len(at) > 0 {
		s.MediaAddr = at[0].String()
	}
	return api, nil
}

func certificate(cfg config.HTTP) (*tls.Certificate, error) {
	if cfg.Certificate == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(cfg.Certificate, cfg.Key)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return &pair, nil
}

// listen serves a handler and gives the address it got.
func (s *Server) listen(what, address string, h http.Handler, pair *tls.Certificate) (string, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("listen for %s: %w", what, err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug)}
	if pair != nil {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*pair}, MinVersion: tls.VersionTLS12}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var err error
		if pair != nil {
			err = srv.ServeTLS(l, "", "")
		} else {
			err = srv.Serve(l)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("listener ended", "what", what, "error", err)
		}
	}()
	s.onStop(what, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		err := srv.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = srv.Close() // a player that is still reading
		}
		<-done
		return err
	})
	return l.Addr().String(), nil
}

// publisher sends to the hub, which is made after the switchboard.
type publisher struct{ hub **signaling.Hub }

func (p publisher) Publish(agentID uuid.UUID, kind string, data any) {
	if *p.hub != nil {
		(*p.hub).Publish(agentID, kind, data)
	}
}

// stillSignedIn ends sockets whose session is over.
func stillSignedIn(db *store.Store, clock func() time.Time) func(context.Context, signaling.User) (bool, error) {
	return func(ctx context.Context, u signaling.User) (bool, error) {
		session, err := db.Session(ctx, u.SessionID)
		if err != nil {
			return false, err
		}
		return session.RevokedAt.IsZero() && clock().Before(session.ExpiresAt), nil
	}
}
