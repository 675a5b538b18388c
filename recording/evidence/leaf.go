package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Queued is a fact that waits for its place in the log.
type Queued struct {
	ID         int64
	Kind, Ref  string
	At         time.Time
	Salt       []byte // 16 bytes, part of the fact's text
	BodySHA256 [32]byte
}

// Leaf is a fact's place in the log. The fact itself is not in it: its text has
// the SHA-256 that the leaf gives.
type Leaf struct {
	Index     int64
	Kind, Ref string
	Salt      []byte
	Text      string // the bytes that are hashed
}

// Hash is the leaf's hash in the tree (RFC 6962 2.1).
func (l Leaf) Hash() tlog.Hash { return tlog.RecordHash([]byte(l.Text)) }

// leafText is the form of a leaf, version 1. The order of its keys is that of
// the bytes that are hashed.
type leafText struct {
	Version int    `json:"v"`
	Kind    string `json:"kind"`
	Ref     string `json:"ref"`
	At      string `json:"at"`
	Body    string `json:"body_sha256"`
}

const leafVersion = 1

// leaf gives a queued fact its place.
func (q Queued) leaf(index int64) (Leaf, error) {
	b, err := json.Marshal(leafText{
		Version: leafVersion, Kind: q.Kind, Ref: q.Ref, At: q.At.UTC().Format(time.RFC3339Nano), Body: hex.EncodeToString(q.BodySHA256[:]),
	})
	if err != nil {
		return Leaf{}, fmt.Errorf("write leaf %d: %w", index, err)
	}
	return Leaf{Index: index, Kind: q.Kind, Ref: q.Ref, Salt: q.Salt, Text: string(b)}, nil
}

// parseLeaf reads a leaf's text.
func parseLeaf(text string) (leafText, error) {
	var t leafText
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return leafText{}, fmt.Errorf("read leaf: %w", err)
	}
	if t.Version != leafVersion {
		return leafText{}, fmt.Errorf("read leaf: version %d is not known, only %d", t.Version, leafVersion)
	}
	return t, nil
}

// holds reports whether a fact's text is the one that the leaf was made of.
func (t leafText) holds(body string) bool {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:]) == t.Body
}
