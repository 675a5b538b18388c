package evidence

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/google/uuid"
)

// The files of a pack (docs/protocols/evidence.md).
const (
	packFile        = "pack.json"
	packNote        = "pack.txt" // signs pack.json
	checkpointFile  = "checkpoint.txt"
	checkpointsDir  = "checkpoints"
	stampsDir       = "timestamps"
	leavesFile      = "leaves.jsonl"
	consistencyFile = "consistency.jsonl"
	audioDir        = "audio"
	pageFile        = "index.html"
	readmeFile      = "README.txt"
	packVersion     = 1
)

// Pack is pack.json: what a pack is and what is in it. It is signed by pack.txt;
// what happened is proved by the leaves alone.
type Pack struct {
	Version int       `json:"version"`
	Log     string    `json:"log"`
	MadeAt  time.Time `json:"made_at"`
	MadeBy  string    `json:"made_by"`
	Reason  string    `json:"reason"`
	// Filing is why a pack may leave the house (Rule S-03); nil for copies of our own.
	Filing *Filing `json:"filing,omitempty"`
	// Period is the time in which the calls of the pack began; nil for a
	// pack of named recordings.
	Period *Period `json:"period,omitempty"`
	Volume int     `json:"volume"` // of the period's volumes, from 1
	Last   bool    `json:"last"`   // no volume follows
	Size   int64   `json:"size"`   // leaves that the checkpoint of the proofs covers
	// Range is the stretch of the log of which every leaf is in the pack, from
	// its first call's beginning to its last call's end; nil for a pack of
	// named recordings. Every call_opened in it has its fact with it.
	Range *Range              `json:"range,omitempty"`
	Calls []PackCall          `json:"calls"`
	Files map[string]PackFile `json:"files"`
}

// Filing is what must be on file before recordings are given to an authority (Rule S-03).
type Filing struct {
	ID         string `json:"id"`
	Authority  string `json:"authority"`
	Reference  string `json:"reference"`
	LegalBasis string `json:"legal_basis"`
	Contents   string `json:"contents"`
	TakenBy    string `json:"taken_by"`
}

// Period is from From on, before To.
type Period struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Range is the leaves from From on, before To.
type Range struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// PackFile is a file of a pack.
type PackFile struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hex
}

// PackCall is a call in a pack. A call without Audio says why.
type PackCall struct {
	ID         uuid.UUID `json:"id"`
	Recording  uuid.UUID `json:"recording_id"`
	StartedAt  time.Time `json:"started_at"`
	Direction  string    `json:"direction"`
	Agent      string    `json:"agent"`
	Customer   string    `json:"customer"`
	Program    string    `json:"program"`
	Outcome    string    `json:"outcome"`
	DurationMs int64     `json:"duration_ms"`
	Audio      string    `json:"audio"`
	Why        string    `json:"why,omitempty"`
	// Origin is the line and recorder of a recording that was made elsewhere, and
	// why: evidence of a lesser class (Rule T-07).
	Origin string `json:"origin,omitempty"`

	stored         Recording
	opened, closed int64
}

// NewPackCall joins a call with where its recording is and the indexes of its
// leaves call_opened and call, -1 for one that it does not have yet.
func NewPackCall(c PackCall, stored Recording, opened, closed int64) PackCall {
	c.stored, c.opened, c.closed = stored, opened, closed
	return c
}

// packLeaf is a line of leaves.jsonl. A leaf without Body is there for the
// completeness of the range: its fact is about something that is not in the pack.
type packLeaf struct {
	Index int64    `json:"index"`
	Leaf  string   `json:"leaf"`
	Body  string   `json:"body,omitempty"`
	Proof []string `json:"proof"` // base64, RFC 6962 2.1.1
}

// packConsistency is a line of consistency.jsonl.
type packConsistency struct {
	From  int64    `json:"from"`
	To    int64    `json:"to"`
	Proof []string `json:"proof"` // base64, RFC 6962 2.1.2
}

// signPack makes the note that signs pack.json.
func (r *KeyRing) signPack(content []byte, at time.Time) ([]byte, error) {
	sum := sha256.Sum256(content)
	text := fmt.Sprintf("%s pack\n%s\ntime %s\n", r.origin, base64.StdEncoding.EncodeToString(sum[:]), at.UTC().Format(time.RFC3339))
	return note.Sign(&note.Note{Text: text}, r.signers...)
}

// openPack checks the note of pack.json.
func openPack(msg, content []byte, known []string) error {
	n, err := openNote(string(msg), known)
	if err != nil {
		return err
	}
	lines := strings.Split(n.Text, "\n")
	sum := sha256.Sum256(content)
	if len(lines) < 3 || !strings.HasSuffix(lines[0], " pack") || lines[1] != base64.StdEncoding.EncodeToString(sum[:]) {
		return errors.New(packNote + " signs another " + packFile)
	}
	return nil
}
