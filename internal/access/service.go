package access

import (
	"errors"
	"log/slog"
	"runtime"
	"time"

	"huifang/internal/audit"
)

// Limits of a sign-in and of a session.
const (
	SessionIdle     = 12 * time.Hour  // without a request
	SessionAbsolute = 24 * time.Hour  // from the sign-in
	touchEvery      = time.Minute     // how exact LastSeenAt is
	LimitSpan       = 5 * time.Minute // over which failures are counted
	LimitLogin      = 5               // failures of one login from one ip
	LimitIP         = 30              // failures of one ip
)

// Config is what a service is made of. All fields are required but Hashers.
type Config struct {
	Store   Store
	Log     audit.Log
	Clock   func() time.Time
	Logger  *slog.Logger
	Hashers int // passwords hashed at a time; 0 means the number of cores
}

// Service signs people in and keeps accounts. It may be used by many
// goroutines.
type Service struct {
	store  Store
	log    audit.Log
	clock  func() time.Time
	logger *slog.Logger
	hasher *hasher
}

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Log == nil || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make access service: store, log, clock and logger are required")
	}
	n := c.Hashers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	h, err := newHasher(n)
	if err != nil {
		return nil, err
	}
	return &Service{store: c.Store, log: c.Log, clock: c.Clock, logger: c.Logger, hasher: h}, nil
}

// now in the precision in which it is stored.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }
