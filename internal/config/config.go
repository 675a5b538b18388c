// Package config is the one documented structure of settings, read from a YAML
// file. Unknown keys are errors that name the line; secrets come from files.
// What administrators change in the page is in the database, not here.
package config

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Config is the whole configuration of `huifang serve`.
type Config struct {
	// Instance names this process in the database; its spool must stay with it.
	Instance string `yaml:"instance"`
	// Company is said in the opening of every script (Rule T-10).
	Company map[string]string `yaml:"company"`
	// TimeZone is the site's, in which the page prints times.
	TimeZone  string    `yaml:"time_zone"`
	HTTP      HTTP      `yaml:"http"`
	Ops       Ops       `yaml:"ops"`
	Database  Database  `yaml:"database"`
	Storage   Storage   `yaml:"storage"`
	Spool     Spool     `yaml:"spool"`
	SIP       SIP       `yaml:"sip"`
	Media     Media     `yaml:"media"`
	Secrets   Secrets   `yaml:"secrets"`
	Evidence  Evidence  `yaml:"evidence"`
	Reconcile Reconcile `yaml:"reconcile"`
	Numbers   Numbers   `yaml:"numbers"`
	Inbound   Inbound   `yaml:"inbound"`
	Messages  Messages  `yaml:"messages"`
	Shift     Shift     `yaml:"shift"`
	Trunks    []Trunk   `yaml:"trunks"`
	Log       LogConfig `yaml:"log"`
}

// HTTP is the listener of page and API.
type HTTP struct {
	Listen      string `yaml:"listen"`
	Certificate string `yaml:"certificate_file"`
	Key         string `yaml:"key_file"`
}

// Ops is the listener of metrics and health; it has no sign-in and belongs on
// an inner address.
type Ops struct {
	Listen string `yaml:"listen"`
}

// Database is PostgreSQL.
type Database struct {
	// DSN is the application's role, which can neither alter nor delete what is kept.
	DSN     string `yaml:"dsn"`
	DSNFile string `yaml:"dsn_file"`
	// OwnerDSN is the role that owns the tables: it migrates, and gives the
	// application's role its rights. Nothing else is done with it.
	OwnerDSN     string `yaml:"owner_dsn"`
	OwnerDSNFile string `yaml:"owner_dsn_file"`
	// Role is "restricted", or "any" for one that could alter the log (Rule S-04).
	Role string `yaml:"role"`
	// Plaintext permits connections without TLS when it says "allowed".
	Plaintext string `yaml:"plaintext"`
}

// Evidence is the log that proves what happened.
type Evidence struct {
	// KeyFile has the keys that sign checkpoints, the newest first; `huifang evidence key` makes one.
	KeyFile string `yaml:"key_file"`
	// TimestampURL is a time-stamping authority (RFC 3161) that stamps
	// checkpoints, TimestampCA the PEM file its certificate must lead to.
	TimestampURL string `yaml:"timestamp_url"`
	TimestampCA  string `yaml:"timestamp_ca_file"`
	// Every is the time between two checkpoints.
	Every time.Duration `yaml:"every"`
}

// Storage is the S3 service with object lock.
type Storage struct {
	Endpoint      string `yaml:"endpoint"` // host:port
	TLS           bool   `yaml:"tls"`
	CAFile        string `yaml:"ca_file"`
	Region        string `yaml:"region"`
	Bucket        string `yaml:"bucket"`
	AccessKey     string `yaml:"access_key"`
	SecretKeyFile string `yaml:"secret_key_file"`
	// Socket is the unix socket of a service on this machine, in place of the endpoint's address.
	Socket string `yaml:"socket"`
	// RequireWORM refuses dials while the WORM probe does not say "enforced" (Rule T-02).
	RequireWORM bool `yaml:"require_worm"`
	// Encryption of recordings before they are sent: on, or off by name.
	Encryption string `yaml:"encryption"`
	// KeyFile has the keys of the recordings; empty: secrets.key_file.
	KeyFile string `yaml:"key_file"`
	// Plaintext permits tls: false when it says "allowed".
	Plaintext string `yaml:"plaintext"`
}

// Spool is the local disk that recordings are written to first.
type Spool struct {
	Dir string `yaml:"dir"`
	// ReserveBytes is the space kept free: no dial below it (Rule T-01).
	ReserveBytes int64 `yaml:"reserve_bytes"`
	// BacklogBytes is how much may wait for the S3 service before no call is dialled.
	BacklogBytes int64 `yaml:"backlog_bytes"`
	// KeepLocal is how long a verified recording also stays on the local disk.
	KeepLocal time.Duration `yaml:"keep_local"`
}

// SIP is the signalling address.
type SIP struct {
	Listen    string `yaml:"listen"`    // host:port for UDP and TCP
	Advertise string `yaml:"advertise"` // host put into Contact, default that of listen
	// RequestRate is how many requests a second one address of a trunk may send.
	RequestRate int `yaml:"request_rate"`
}

// Media is where voice is sent from.
type Media struct {
	RTPAddress   string   `yaml:"rtp_address"` // local address of the trunk side
	RTPPorts     string   `yaml:"rtp_ports"`   // "20000-29999"
	WebRTCListen string   `yaml:"webrtc_listen"`
	WebRTCTCP    string   `yaml:"webrtc_tcp_listen"`
	PublicIPs    []string `yaml:"public_ips"`
	// ICELite leaves the checks to the browsers: for a server whose own
	// addresses are public (RFC 8445 2.5).
	ICELite bool `yaml:"ice_lite"`
	// RelayOnly has browsers use the TURN servers and nothing else.
	RelayOnly  bool        `yaml:"relay_only"`
	ICEServers []ICEServer `yaml:"ice_servers"`
	// HoldMusic is a WAV that held customers hear, in place of the tone;
	// HoldMusicOf names one for the customers of a program, by its code.
	HoldMusic   string            `yaml:"hold_music"`
	HoldMusicOf map[string]string `yaml:"hold_music_of"`
}

// ICEServer is a STUN or TURN server that pages may use. A TURN server has a
// fixed password, or a secret that it shares with us and out of which every
// agent gets a password of its own, for a time.
type ICEServer struct {
	URLs         []string      `yaml:"urls"` // stun:, turn:, turns:
	Username     string        `yaml:"username"`
	PasswordFile string        `yaml:"password_file"`
	SecretFile   string        `yaml:"secret_file"`
	ValidFor     time.Duration `yaml:"valid_for"` // of a password made of the secret; default 12 h
}

// Numbers says which numbers may be dialled at all.
type Numbers struct {
	// AgentDialsPerMinute bounds how often one agent dials; 0: no limit.
	AgentDialsPerMinute int          `yaml:"agent_dials_per_minute"`
	Rules               []NumberRule `yaml:"rules"`
}

// NumberRule permits or closes the numbers with a prefix; the first that fits decides.
type NumberRule struct {
	Prefix string `yaml:"prefix"`
	Allow  bool   `yaml:"allow"`
}

// Inbound says how calls of customers to the service numbers are taken.
type Inbound struct {
	// Hours in which they are offered to agents, on working days, as
	// "09:00-17:30" in time_zone; none: whenever an agent is ready.
	Hours []string `yaml:"hours"`
	// MaxWait is how long a customer may wait for an agent.
	MaxWait time.Duration `yaml:"max_wait"`
	// RingFor is how long a call rings at one agent's softphone.
	RingFor time.Duration `yaml:"ring_for"`
	// AnnounceEvery is how often a waiting customer hears the position; 0: never.
	AnnounceEvery time.Duration `yaml:"announce_every"`
}

// Shift says when work ends (Rule C-23: what was called today is written up today).
type Shift struct {
	// Ends is when shifts end, as "17:30" in time_zone.
	Ends string `yaml:"ends"`
	// Warn is how long before that open records are warned of.
	Warn time.Duration `yaml:"warn"`
}

// Secrets says where the keys are that seal secrets in the database.
type Secrets struct {
	KeyFile string `yaml:"key_file"`
}

// Trunk is one way to the telephone network (Rule T-07: the first is the main
// one, the others are fall-backs in their order).
type Trunk struct {
	Name      string `yaml:"name"`
	Address   string `yaml:"address"`   // host:port
	Transport string `yaml:"transport"` // udp | tcp | tls
	CallerID  string `yaml:"caller_id"`
	// CallerIDs are other numbers of ours that the trunk may show, for programs that name one.
	CallerIDs    []string `yaml:"caller_ids"`
	Domain       string   `yaml:"domain"`
	Username     string   `yaml:"username"`
	PasswordFile string   `yaml:"password_file"`
	// Register keeps a registration at the trunk, for trunks that send to whoever is registered.
	Register        bool          `yaml:"register"`
	RegisterExpires time.Duration `yaml:"register_expires"`
	StripPrefix     string        `yaml:"strip_prefix"` // taken off the dialled number, e.g. "+86"
	AddPrefix       string        `yaml:"add_prefix"`
	ServiceNumbers  []string      `yaml:"service_numbers"` // numbers under which customers reach us over this trunk, digits as the carrier writes them
	TrustIdentity   bool          `yaml:"trust_identity"`  // believe the carrier's P-Asserted-Identity (RFC 3325)
	Sources         []string      `yaml:"sources"`         // networks that may send us requests; default the address
	MediaSources    []string      `yaml:"media_sources"`   // networks that may send us voice; default the address
	// SRTP encrypts the voice (RFC 3711, keys by RFC 4568): off (default), optional or mandatory.
	SRTP string `yaml:"srtp"`
	// Outcomes overrides the classifier: SIP code to outcome.
	Outcomes map[int]string `yaml:"outcomes"`
}

// LogConfig is the log on standard error.
type LogConfig struct {
	Level  string `yaml:"level"`  // debug | info | warn | error
	Format string `yaml:"format"` // json | text
}

// Default is the configuration that holds where a file says nothing.
func Default() Config {
	return Config{
		Instance: "huifang-1", TimeZone: "Asia/Shanghai",
		Company:  map[string]string{"zh-CN": "我公司", "en": "our company"},
		HTTP:     HTTP{Listen: "127.0.0.1:8080"},
		Ops:      Ops{Listen: "127.0.0.1:9090"},
		Database: Database{Role: "restricted"}, Evidence: Evidence{Every: time.Hour}, Reconcile: Reconcile{Every: 24 * time.Hour, ReadPercent: 1},
		Storage:  Storage{Region: "us-east-1", Bucket: "huifang-recordings", TLS: true, Encryption: "on"},
		Spool:    Spool{Dir: "/var/lib/huifang/spool", ReserveBytes: 2 << 30, BacklogBytes: 50 << 30, KeepLocal: 24 * time.Hour},
		SIP:      SIP{Listen: "0.0.0.0:5060", RequestRate: 500},
		Numbers:  Numbers{AgentDialsPerMinute: 30},
		Inbound:  Inbound{MaxWait: 3 * time.Minute, RingFor: 20 * time.Second, AnnounceEvery: 30 * time.Second},
		Shift:    Shift{Ends: "17:30", Warn: 45 * time.Minute},
		Media:    Media{RTPAddress: "0.0.0.0", RTPPorts: "20000-29999", WebRTCListen: "0.0.0.0:7882"},
		Messages: Messages{Email: Email{Security: "starttls", PerSecond: 5}, SMS: SMS{PerSecond: 10}},
		Log:      LogConfig{Level: "info", Format: "json"},
	}
}

// Load reads a file over the defaults and checks the result.
func Load(path string) (Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return Config{}, fmt.Errorf("open configuration: %w", err)
	}
	defer f.Close()
	c := Default()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		return Config{}, fmt.Errorf("read configuration %s: %w", path, err)
	}
	if err := c.Check(); err != nil {
		return Config{}, fmt.Errorf("check configuration %s: %w", path, err)
	}
	return c, nil
}

// Write puts the configuration into a file for its owner alone, such that Load
// reads it again.
func (c Config) Write(path string) error {
	b, err := yaml.Marshal(c)
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}

// Check says what is wrong, each fault with its key and what would be allowed.
func (c *Config) Check() error {
	var faults []error
	fault := func(key, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	if c.Instance == "" {
		fault("instance", "must not be empty")
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		fault("time_zone", "%q is not an IANA time zone such as Asia/Shanghai", c.TimeZone)
	}
	if (c.HTTP.Certificate == "") != (c.HTTP.Key == "") {
		fault("http.key_file", "certificate_file and key_file belong together")
	}
	if c.Database.DSN == "" && c.Database.DSNFile == "" {
		fault("database.dsn", "a PostgreSQL DSN is required, here or in database.dsn_file")
	}
	if c.Database.Role != "restricted" && c.Database.Role != "any" {
		fault("database.role", "%q is not restricted or any", c.Database.Role)
	}
	if c.Evidence.KeyFile == "" {
		fault("evidence.key_file", "a file with the key that signs the log of evidence is required; `huifang evidence key` makes one")
	}
	if (c.Evidence.TimestampURL == "") != (c.Evidence.TimestampCA == "") {
		fault("evidence.timestamp_ca_file", "timestamp_url and timestamp_ca_file belong together")
	}
	if c.Evidence.Every < time.Minute || c.Evidence.Every > 24*time.Hour {
		fault("evidence.every", "must be between a minute and a day")
	}
	c.Storage.check(fault)
	if !named(c.Database.Plaintext) {
		fault("database.plaintext", "%q is neither empty nor allowed", c.Database.Plaintext)
	}
	if c.Spool.Dir == "" {
		fault("spool.dir", "must not be empty")
	}
	if _, _, err := c.Media.Ports(); err != nil {
		fault("media.rtp_ports", "%v", err)
	}
	c.Media.check(fault)
	c.Inbound.check(fault)
	c.Messages.check(fault)
	c.Shift.check(fault)
	c.Reconcile.check(fault)
	if c.Secrets.KeyFile == "" {
		fault("secrets.key_file", "a file with the key for the secrets in the database is required; `huifang key` makes one")
	}
	names := map[string]bool{}
	for i := range c.Trunks {
		t := &c.Trunks[i]
		key := fmt.Sprintf("trunks[%d]", i)
		if t.Name == "" || names[t.Name] {
			fault(key+".name", "must not be empty and not be used twice")
		}
		names[t.Name] = true
		if !strings.Contains(t.Address, ":") {
			fault(key+".address", "%q is not host:port", t.Address)
		}
		switch t.Transport {
		case "udp", "tcp", "tls":
		case "":
			t.Transport = "udp"
		default:
			fault(key+".transport", "%q is not udp, tcp or tls", t.Transport)
		}
		switch t.SRTP {
		case "off", "optional", "mandatory":
		case "":
			t.SRTP = "off"
		default:
			fault(key+".srtp", "%q is not off, optional or mandatory", t.SRTP)
		}
		for _, list := range [][]string{t.Sources, t.MediaSources} {
			for _, s := range list {
				if _, err := ParsePrefix(s); err != nil {
					fault(key+".sources", "%v", err)
				}
			}
		}
	}
	return errors.Join(faults...)
}

// check looks at the agents' side.
func (m *Media) check(fault func(key, format string, args ...any)) {
	turn := false
	for i := range m.ICEServers {
		s := &m.ICEServers[i]
		key := fmt.Sprintf("media.ice_servers[%d]", i)
		if len(s.URLs) == 0 {
			fault(key+".urls", "at least one, such as turn:turn.example:3478")
		}
		needs := false
		for _, u := range s.URLs {
			scheme, rest, _ := strings.Cut(u, ":")
			if rest == "" || scheme != "stun" && scheme != "stuns" && scheme != "turn" && scheme != "turns" {
				fault(key+".urls", "%q is not a stun:, turn: or turns: address", u)
			}
			needs = needs || strings.HasPrefix(scheme, "turn")
		}
		turn = turn || needs
		fixed := s.Username != "" && s.PasswordFile != ""
		if needs && fixed == (s.SecretFile != "") {
			fault(key+".secret_file", "a TURN server needs username and password_file, or secret_file")
		}
		if s.ValidFor == 0 {
			s.ValidFor = 12 * time.Hour
		}
		if s.ValidFor < time.Minute {
			fault(key+".valid_for", "must be at least a minute")
		}
	}
	if m.RelayOnly && !turn {
		fault("media.relay_only", "needs a TURN server in media.ice_servers")
	}
	if m.ICELite && m.WebRTCListen == "" {
		fault("media.ice_lite", "needs media.webrtc_listen: a lite agent has UDP candidates of its own")
	}
}

// ParsePrefix reads a network or a single address.
func ParsePrefix(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p, nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither a network (10.0.0.0/24) nor an address", s)
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// Ports is the range of rtp_ports; "0-0" and "" leave the choice to the system.
func (m Media) Ports() (low, high uint16, err error) {
	if m.RTPPorts == "" {
		return 0, 0, nil
	}
	if _, err := fmt.Sscanf(m.RTPPorts, "%d-%d", &low, &high); err != nil || low > high {
		return 0, 0, fmt.Errorf("%q is not a range such as 20000-29999", m.RTPPorts)
	}
	return low, high, nil
}

// ReadSecret gives the first line of a secret's file; an empty path gives an empty secret.
func ReadSecret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line), nil
}

// Address is the DSN, read from its file when it stands in one.
func (d Database) Address() (string, error) {
	if d.DSN != "" {
		return d.DSN, nil
	}
	return ReadSecret(d.DSNFile)
}

// Owner is the DSN of the role that owns the tables; empty when the
// application's role does.
func (d Database) Owner() (string, error) {
	if d.OwnerDSN != "" {
		return d.OwnerDSN, nil
	}
	return ReadSecret(d.OwnerDSNFile)
}
