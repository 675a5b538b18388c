package wire

import "time"

type (
	// System is the data of system.changed, and of GET /api/v1/system.
	System struct {
		Recorder Recorder  `json:"recorder"`
		Storage  Storage   `json:"storage"`
		Trunks   []Trunk   `json:"trunks"`
		Calendar Calendar  `json:"calendar"`
		Now      time.Time `json:"now"`
	}
	// Recorder says whether a call could be recorded now (Rule T-01).
	Recorder struct {
		OK     bool   `json:"ok"`
		Reason string `json:"reason"`
	}
	// Storage is the recordings' home. WORM is what the probe measured:
	// enforced, not_enforced, unsupported or unknown (Rule T-02).
	Storage struct {
		Reachable    bool       `json:"reachable"`
		WORM         string     `json:"worm"`
		ProbedAt     *time.Time `json:"probed_at"`
		Backlog      int64      `json:"backlog"`
		BacklogBytes int64      `json:"backlog_bytes"`
		OldestAt     *time.Time `json:"oldest_at"`
		// Encrypted: recordings are encrypted before they are sent. MissingKeys
		// are those that stored recordings need and the key file has not.
		Encrypted   bool     `json:"encrypted"`
		MissingKeys []string `json:"missing_keys"`
	}
	// Trunk is a way to the telephone network and its state.
	Trunk struct {
		Name  string `json:"name"`
		State string `json:"state"`
	}
	// Calendar says whether this year's and next year's working days are
	// announced (Rule T-05).
	Calendar struct {
		YearAnnounced     bool `json:"year_announced"`
		NextYearAnnounced bool `json:"next_year_announced"`
	}
)

// Normalize makes an absent list an empty one: no list is null on the wire.
func (s *System) Normalize() {
	if s.Trunks == nil {
		s.Trunks = []Trunk{}
	}
	if s.Storage.MissingKeys == nil {
		s.Storage.MissingKeys = []string{}
	}
}
