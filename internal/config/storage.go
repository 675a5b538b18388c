package config

import (
	"cmp"
	"time"
)

// allowed is the word that switches a protection off.
const allowed = "allowed"

// named says that a switch is left alone or thrown by its name.
func named(s string) bool { return s == "" || s == allowed }

// PlaintextAllowed says that connections to the database need no TLS.
func (d Database) PlaintextAllowed() bool { return d.Plaintext == allowed }

// Encrypted says that recordings are encrypted before they are sent: always,
// but where it is switched off by name.
func (s Storage) Encrypted() bool { return s.Encryption != "off" }

// RecordingKeys is the key file of the recordings, empty when there is none.
func (c *Config) RecordingKeys() string { return cmp.Or(c.Storage.KeyFile, c.Secrets.KeyFile) }

func (s Storage) check(fault func(key, format string, args ...any)) {
	if s.Endpoint == "" {
		fault("storage.endpoint", "host:port of an S3 service with object lock is required")
	}
	if s.Bucket == "" {
		fault("storage.bucket", "must not be empty")
	}
	if s.Encryption != "" && s.Encryption != "on" && s.Encryption != "off" {
		fault("storage.encryption", "%q is not on or off", s.Encryption)
	}
	if !named(s.Plaintext) {
		fault("storage.plaintext", "%q is neither empty nor allowed", s.Plaintext)
	}
	if !s.TLS && s.Socket == "" && s.Plaintext != allowed {
		fault("storage.tls", "false sends requests in the clear; set it to true, or say `storage.plaintext: allowed`")
	}
}

// Reconcile is the comparison of calls, rows and objects.
type Reconcile struct {
	// Every is the time between two comparisons; 0: only when somebody asks.
	Every time.Duration `yaml:"every"`
	// ReadPercent is the share of recordings that is read as a whole.
	ReadPercent int `yaml:"read_percent"`
}

func (r Reconcile) check(fault func(key, format string, args ...any)) {
	if r.Every != 0 && r.Every < time.Hour {
		fault("reconcile.every", "must be 0 or at least an hour")
	}
	if r.ReadPercent < 0 || r.ReadPercent > 100 {
		fault("reconcile.read_percent", "must be 0 to 100")
	}
}
