package httpapi

import "time"

// EvidenceState is the answer of GET /evidence: how the log of evidence stands (Rule S-04).
type EvidenceState struct {
	Log         string               `json:"log" doc:"Its name"`
	Leaves      int64                `json:"leaves" doc:"Facts in it"`
	Waiting     int64                `json:"waiting" doc:"Facts that wait for their place"`
	Health      string               `json:"health" enum:"unknown,good,bad" doc:"bad: the database does not go on from the newest checkpoint in the bucket"`
	Keys        List[EvidenceKey]    `json:"keys" doc:"Public keys, the newest first"`
	Checkpoints List[EvidenceSigned] `json:"checkpoints" doc:"The newest fifty, the newest first"`
	Running     Null[Verification]   `json:"running"`
	Last        Null[Verification]   `json:"last" doc:"The last verification that ended on this instance"`
}

// EvidenceKey is a key that checkpoints are signed by.
type EvidenceKey struct {
	Verifier string    `json:"verifier"`
	AddedAt  time.Time `json:"added_at"`
}

// EvidenceSigned is a checkpoint.
type EvidenceSigned struct {
	Size   int64     `json:"size"`
	At     time.Time `json:"at"`
	Stored bool      `json:"stored" doc:"Its copy is in the locked bucket"`
}

// VerificationOrder asks for a verification.
type VerificationOrder struct {
	AudioPercent int `json:"audio_percent" minimum:"0" maximum:"100" doc:"Of the recordings that are read and hashed as a whole"`
}

// Verification is one that is under way or has ended.
type Verification struct {
	By           Ref                       `json:"by"`
	AudioPercent int                       `json:"audio_percent"`
	StartedAt    time.Time                 `json:"started_at"`
	EndedAt      *time.Time                `json:"ended_at"`
	OK           bool                      `json:"ok" doc:"Everything was looked at and fits"`
	Error        string                    `json:"error" doc:"Why it could not go on; empty: it could"`
	Leaves       int64                     `json:"leaves"`
	Facts        int64                     `json:"facts"`
	Checkpoints  int                       `json:"checkpoints"`
	Calls        int64                     `json:"calls"`
	Recordings   int64                     `json:"recordings"`
	AudioRead    int64                     `json:"audio_read"`
	Findings     List[VerificationFinding] `json:"findings" doc:"At most two hundred"`
	Noted        List[VerificationFinding] `json:"noted" doc:"Known and shown elsewhere; at most two hundred"`
}

// VerificationFinding is something that does not fit, in the words of docs/protocols/evidence.md.
type VerificationFinding struct {
	What   string `json:"what"`
	Ref    string `json:"ref"`
	Detail string `json:"detail"`
}
