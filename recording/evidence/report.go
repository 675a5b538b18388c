package evidence

import (
	"crypto/x509"
	"fmt"
	"strings"
	"time"
)

// Finding is something that does not fit. The words of What are part of
// docs/protocols/evidence.md.
type Finding struct {
	What   string `json:"what"`
	Ref    string `json:"ref"`
	Detail string `json:"detail"`
}

// The findings. Any of them means that something was altered, is gone, or
// cannot be proved.
const (
	LeafMissing        = "leaf_missing"        // an index of the log has no leaf
	LeafAltered        = "leaf_altered"        // a leaf's bytes are not what the tree was built of
	NodeAltered        = "node_altered"        // a kept hash of the tree is not that of its leaves
	FactAltered        = "fact_altered"        // a row is not what it was in its final form
	FactMissing        = "fact_missing"        // a row that the log has is gone
	FactNotLogged      = "fact_not_logged"     // a row in its final form is not in the log
	RolledBack         = "rolled_back"         // a checkpoint covers more leaves than there are
	RootDiffers        = "root_differs"        // the tree is not the one that a checkpoint signed
	CheckpointBad      = "checkpoint_bad"      // unreadable, or not signed by a known key
	CheckpointUnknown  = "checkpoint_unknown"  // the bucket has a checkpoint that the database has not
	CheckpointUnstored = "checkpoint_unstored" // a checkpoint that should be in the bucket is not there
	CheckpointNone     = "checkpoint_none"     // nothing signed vouches for the log
	ObjectMissing      = "object_missing"      // a stored recording is not there
	ObjectUnlocked     = "object_unlocked"     // it is not locked as long as it must be
	AudioAltered       = "audio_altered"       // the sound is not what was sealed
	CallIncomplete     = "call_incomplete"     // a call has ended and has no recording
	ProofBad           = "proof_bad"           // a pack's proof does not lead to its checkpoint
	PackIncomplete     = "pack_incomplete"     // a pack lacks what it says it has
	TimestampBad       = "timestamp_bad"       // a time stamp is not of its checkpoint, or not of the authority
	PackAltered        = "pack_altered"        // a file of a pack is not the one that was packed
)

// Report is what a verification found.
type Report struct {
	Leaves      int64     `json:"leaves"`
	Waiting     int64     `json:"waiting"` // facts that are not in the log yet
	Facts       int64     `json:"facts"`   // compared with their leaves
	Checkpoints int       `json:"checkpoints"`
	Timestamps  int       `json:"timestamps"` // that are good
	Calls       int64     `json:"calls"`
	Recordings  int64     `json:"recordings"` // stored ones that were looked at
	AudioRead   int64     `json:"audio_read"` // of them read and hashed as a whole
	Findings    []Finding `json:"findings"`
	// Noted is what is known and shown elsewhere too, such as a recording that
	// waits for the storage, or failed.
	Noted []Finding `json:"noted"`
	// Unchecked is what could not be looked at, such as a storage that is away.
	Unchecked []Finding `json:"unchecked"`
}

func (r *Report) find(what, ref, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{what, ref, fmt.Sprintf(format, args...)})
}

// stamps notes that there are time stamps that cannot be judged.
func (r *Report) stamps(n int, roots *x509.CertPool) {
	if n > 0 && roots == nil {
		r.Noted = append(r.Noted, Finding{TimestampBad, "", fmt.Sprintf("%d time stamps were not looked at: no certificates of their authority were given", n)})
	}
}

// stamp checks a time stamp; one that says an earlier time than the checkpoint
// by more than the clocks may differ is bad.
func (r *Report) stamp(t Timestamp, note string, roots *x509.CertPool) {
	at, err := checkStamp(t.Token, []byte(note), roots)
	if s, bad := parseStatement(note); err == nil && bad == nil && at.Before(s.At.Add(-clockSlack)) {
		err = fmt.Errorf("says %s, before the checkpoint's own %s", at.Format(time.RFC3339), s.At.Format(time.RFC3339))
	}
	if err != nil {
		r.find(TimestampBad, fmt.Sprint(t.Size), "%v", err)
		return
	}
	r.Timestamps++
}

// clockSlack is how far our clock may be before the authority's.
const clockSlack = 5 * time.Minute

// join adds the report of a part.
func (r *Report) join(part string, p *Report) {
	r.Leaves, r.Facts, r.Calls = r.Leaves+p.Leaves, r.Facts+p.Facts, r.Calls+p.Calls
	r.Timestamps += p.Timestamps
	r.Checkpoints, r.Recordings, r.AudioRead = r.Checkpoints+p.Checkpoints, r.Recordings+p.Recordings, r.AudioRead+p.AudioRead
	for _, l := range []struct{ to, from *[]Finding }{{&r.Findings, &p.Findings}, {&r.Noted, &p.Noted}, {&r.Unchecked, &p.Unchecked}} {
		for _, f := range *l.from {
			f.Ref = part + ": " + f.Ref
			*l.to = append(*l.to, f)
		}
	}
}

// OK reports whether everything was looked at and fits.
func (r *Report) OK() bool { return len(r.Findings) == 0 && len(r.Unchecked) == 0 }

// String is the report in words.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "leaves %d (waiting %d), facts compared %d, checkpoints %d (time stamps %d), calls %d, recordings %d, of them read as a whole %d\n",
		r.Leaves, r.Waiting, r.Facts, r.Checkpoints, r.Timestamps, r.Calls, r.Recordings, r.AudioRead)
	for _, part := range []struct {
		title string
		list  []Finding
	}{{"noted", r.Noted}, {"not looked at", r.Unchecked}, {"FOUND", r.Findings}} {
		for _, f := range part.list {
			fmt.Fprintf(&b, "%s: %s %s: %s\n", part.title, f.What, f.Ref, f.Detail)
		}
	}
	switch {
	case len(r.Findings) > 0:
		fmt.Fprintf(&b, "NOT VERIFIED: %d findings\n", len(r.Findings))
	case len(r.Unchecked) > 0:
		fmt.Fprintf(&b, "NOT VERIFIED: %d could not be looked at\n", len(r.Unchecked))
	default:
		b.WriteString("VERIFIED\n")
	}
	return b.String()
}
