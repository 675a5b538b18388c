package httpapi

import "time"

// TrunkFields are what can be said about a trunk (Rule T-07).
type TrunkFields struct {
	Name             string             `json:"name" maxLength:"40"`
	Enabled          bool               `json:"enabled"`
	Address          string             `json:"address" maxLength:"300" doc:"host:port"`
	Transport        string             `json:"transport" enum:"udp,tcp,tls"`
	Domain           string             `json:"domain" maxLength:"200"`
	Username         string             `json:"username" maxLength:"200"`
	CallerID         string             `json:"caller_id" maxLength:"30"`
	CallerIDs        List[string]       `json:"caller_ids" doc:"Other numbers of ours that may be shown, for programs that name one (Rule T-14)"`
	Register         bool               `json:"register"`
	RegisterExpiresS int                `json:"register_expires_s" doc:"0: the default"`
	SRTP             string             `json:"srtp,omitempty" default:"off" enum:"off,optional,mandatory" doc:"Encryption of the voice by keys in the session description (RFC 4568)"`
	StripPrefix      string             `json:"strip_prefix" maxLength:"20"`
	AddPrefix        string             `json:"add_prefix" maxLength:"20"`
	Rewrites         List[TrunkRewrite] `json:"rewrites" doc:"Before strip_prefix and add_prefix; the first that fits is applied alone"`
	MaxCalls         int                `json:"max_calls" doc:"At a time; 0: no limit"`
	CallsPerSecond   float64            `json:"calls_per_second" doc:"0: no limit"`
	Priority         int                `json:"priority" doc:"Lower is tried first"`
	Weight           int                `json:"weight" doc:"Share among those of one priority"`
	Sources          List[string]       `json:"sources"`
	MediaSources     List[string]       `json:"media_sources"`
	Outcomes         List[TrunkOutcome] `json:"outcomes" doc:"What the carrier means by a SIP code"`
	ProbeNumber      string             `json:"probe_number" maxLength:"30"`
}

// TrunkRewrite puts another beginning in the place of a number's prefix.
type TrunkRewrite struct {
	Prefix string `json:"prefix" maxLength:"20"`
	With   string `json:"with" maxLength:"20"`
}

// TrunkOutcome is what a SIP code means over a trunk.
type TrunkOutcome struct {
	Code    int    `json:"code"`
	Outcome string `json:"outcome"`
}

// TrunkInput makes or replaces a trunk. The password is never sent back; one
// that is not given stays, the empty one is taken away.
type TrunkInput struct {
	TrunkFields
	Password *string `json:"password,omitempty" maxLength:"200"`
}

// TrunkEntry is a trunk as it stands.
type TrunkEntry struct {
	ID ID `json:"id"`
	TrunkFields
	Source      string          `json:"source" enum:"config,page" doc:"config: the configuration file says where it is; only limits, place and probe number can be changed"`
	HasPassword bool            `json:"has_password"`
	KeysExposed bool            `json:"keys_exposed" doc:"SRTP without TLS: its keys can be read on the way"`
	UpdatedAt   time.Time       `json:"updated_at"`
	State       string          `json:"state" enum:"off,unknown,up,down"`
	Since       *time.Time      `json:"since" doc:"Of the state"`
	Degraded    bool            `json:"degraded" doc:"Fails often; tried last"`
	Calls       int             `json:"calls" doc:"That hold a place on it now"`
	Recent      TrunkStatistics `json:"recent" doc:"Of the last 15 minutes"`
	Today       TrunkStatistics `json:"today" doc:"Since midnight of the site"`
}

// TrunkStatistics are what became of the attempts over a trunk (Rule T-06).
type TrunkStatistics struct {
	Attempts        int            `json:"attempts"`
	Answered        int            `json:"answered"`
	Failed          int            `json:"failed" doc:"By the trunk, before anything rang"`
	Rang            int            `json:"rang"`
	PostDialDelayMs int64          `json:"post_dial_delay_ms" doc:"Mean from the INVITE to the ringing"`
	Outcomes        map[string]int `json:"outcomes" doc:"Attempts by outcome; running: without one yet"`
}

// TrunkList is the answer of GET /trunks.
type TrunkList struct {
	Trunks List[TrunkEntry] `json:"trunks"`
}

// Probe is a test call over a trunk. It is recorded, and in no figure of the
// call-back work.
type Probe struct {
	ID         ID           `json:"id"`
	By         Ref          `json:"by"`
	Number     string       `json:"number"`
	CallerID   string       `json:"caller_id"`
	StartedAt  time.Time    `json:"started_at"`
	RingingAt  *time.Time   `json:"ringing_at"`
	AnsweredAt *time.Time   `json:"answered_at"`
	EndedAt    *time.Time   `json:"ended_at" doc:"null while it is under way"`
	Outcome    string       `json:"outcome" doc:"Empty while it is under way"`
	Reason     string       `json:"reason"`
	SIPCode    int          `json:"sip_code" doc:"0: no response"`
	Quality    ProbeQuality `json:"quality"`
	Recording  ProbeSound   `json:"recording"`
}

// ProbeQuality is how what came back was received.
type ProbeQuality struct {
	Received    uint64  `json:"received" doc:"Packets"`
	Lost        uint64  `json:"lost"`
	JitterMs    float64 `json:"jitter_ms"`
	RoundTripMs float64 `json:"round_trip_ms" doc:"0: unknown"`
	MOS         float64 `json:"mos" doc:"0: nothing came"`
}

// ProbeSound is the recording of a test call.
type ProbeSound struct {
	State      string `json:"state"`
	DurationMs int64  `json:"duration_ms"`
	SentMs     int64  `json:"sent_ms" doc:"With sound, of what we played"`
	HeardMs    int64  `json:"heard_ms" doc:"With sound, of what came back"`
}

// ProbeList is the answer of GET /trunks/{id}/probes.
type ProbeList struct {
	Probes List[Probe] `json:"probes"`
}
