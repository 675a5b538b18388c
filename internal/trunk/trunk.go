package trunk

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// Source says who names a trunk.
type Source string

// The sources.
const (
	SourceConfig Source = "config" // the configuration file
	SourcePage   Source = "page"   // an administrator
)

// Transports are the words for how SIP travels.
func Transports() []string { return []string{"udp", "tcp", "tls"} }

// SRTPPolicies are the words for whether voice is encrypted.
func SRTPPolicies() []string { return []string{"off", "optional", "mandatory"} }

// KeysExposed says that the keys of the voice stand in signalling that others on
// the way can read: they protect against those who see the voice alone.
func (s Settings) KeysExposed() bool {
	return (s.SRTP == "optional" || s.SRTP == "mandatory") && s.Transport != "tls"
}

// Rewrite puts another beginning in the place of a number's prefix.
type Rewrite struct {
	Prefix string `json:"prefix"`
	With   string `json:"with"`
}

// Trunk is one way to the telephone network. Its password is not part of it.
type Trunk struct {
	ID        uuid.UUID
	Source    Source
	CreatedAt time.Time
	UpdatedAt time.Time
	Settings
	HasPassword bool
}

// Settings are what can be said about a trunk.
type Settings struct {
	Name      string
	Enabled   bool
	Address   string // host:port
	Transport string // udp, tcp, tls
	Domain    string // empty: the address' host
	Username  string
	// CallerID is what customers see unless the program names one of CallerIDs.
	// No other number is ever sent (Rules T-07, T-14).
	CallerID        string
	CallerIDs       []string
	Register        bool
	RegisterExpires time.Duration // 0: the user agent's default
	SRTP            string        // of SRTPPolicies; empty is off
	StripPrefix     string
	AddPrefix       string
	Rewrites        []Rewrite // before strip and add; the first that fits is applied alone
	MaxCalls        int       // at a time; 0: no limit
	CallsPerSecond  float64   // 0: no limit
	Priority        int       // lower is tried first
	Weight          int       // share among those of one priority
	Sources         []string  // networks that may send us SIP
	MediaSources    []string  // networks that may send us voice
	Outcomes        map[int]string
	ProbeNumber     string // that "test this trunk" calls
}

// Registered reports whether a number may be shown to customers over this trunk.
func (s Settings) Registered(callerID string) bool {
	if callerID == s.CallerID {
		return true
	}
	for _, id := range s.CallerIDs {
		if id == callerID {
			return true
		}
	}
	return false
}

// Live is a trunk as the telephone side needs it, its password opened.
type Live struct {
	Trunk
	Password string
}

// Sealed is a password as it is stored; KeyID names the key. The zero Sealed is none.
type Sealed struct {
	KeyID string
	Box   []byte // nonce and ciphertext
}

// Row is a trunk as it is stored.
type Row struct {
	Trunk
	Password Sealed
}

// Store keeps the trunks. Changes and their audit events are one transaction.
type Store interface {
	// TrunkRows lists those that are not removed, by name.
	TrunkRows(ctx context.Context) ([]Row, error)
	// InsertTrunk gives problem conflict when the name is taken.
	InsertTrunk(ctx context.Context, r Row, e audit.Event) error
	// UpdateTrunk is guarded by the UpdatedAt that was read; problem conflict
	// when it is no longer so.
	UpdateTrunk(ctx context.Context, r Row, was time.Time, e audit.Event) error
	// RemoveTrunk keeps the row, without its password.
	RemoveTrunk(ctx context.Context, id uuid.UUID, at time.Time, e audit.Event) error
	ProbeStore
}

// Statistics are what became of the attempts over a trunk in a span of time.
type Statistics struct {
	Attempts int
	Answered int
	Failed   int // by the trunk, before anything rang
	Rang     int
	// PostDialDelay is the mean time from the INVITE to the ringing, of those
	// that rang; 0 without any.
	PostDialDelay time.Duration
	Outcomes      map[string]int // by outcome; "running" has none yet
}
