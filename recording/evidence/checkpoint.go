package evidence

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// KeyRing signs checkpoints with every key of a file, the newest first. It may
// be used by many goroutines.
type KeyRing struct {
	origin    string
	signers   []note.Signer
	verifiers []string
}

// NewKey makes a signing key for the log of that name: the line of the key file
// and the verifier key, which is public.
func NewKey(origin string) (line, verifier string, err error) {
	if origin == "" || strings.ContainsAny(origin, " +\n\t") {
		return "", "", fmt.Errorf("name of the log %q: must be like a host name, without spaces and plus signs", origin)
	}
	line, verifier, err = note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return "", "", fmt.Errorf("make evidence key: %w", err)
	}
	return line + "\n", verifier, nil
}

// ReadKeys reads a key file: lines that NewKey made, the newest first, all of
// one log. The file's content is secret.
func ReadKeys(path string) (*KeyRing, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read evidence keys: %w", err)
	}
	r := &KeyRing{}
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		line = strings.TrimSpace(line)
		s, err := note.NewSigner(line)
		if err != nil {
			return nil, fmt.Errorf("read evidence keys %s: line %d is no key", path, i+1) // its content stays secret
		}
		if r.origin == "" {
			r.origin = s.Name()
		}
		if s.Name() != r.origin {
			return nil, fmt.Errorf("read evidence keys %s: line %d is a key of %s, the first of %s; a log has one name", path, i+1, s.Name(), r.origin)
		}
		v, err := verifierOf(line)
		if err != nil {
			return nil, fmt.Errorf("read evidence keys %s: line %d: %w", path, i+1, err)
		}
		r.signers, r.verifiers = append(r.signers, s), append(r.verifiers, v)
	}
	return r, nil
}

// Origin is the name of the log.
func (r *KeyRing) Origin() string { return r.origin }

// Verifiers are the public keys, the newest first.
func (r *KeyRing) Verifiers() []string { return slices.Clone(r.verifiers) }

// sign makes the note of a tree: the C2SP tlog-checkpoint form, with the time
// as its extension line.
func (r *KeyRing) sign(t tlog.Tree, at time.Time) (Checkpoint, error) {
	at = at.UTC().Truncate(time.Second)
	text := fmt.Sprintf("%s\n%d\n%s\ntime %s\n", r.origin, t.N, t.Hash, at.Format(time.RFC3339))
	msg, err := note.Sign(&note.Note{Text: text}, r.signers...)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("sign checkpoint: %w", err)
	}
	return Checkpoint{Size: t.N, At: at, Note: string(msg)}, nil
}

// statement is what a checkpoint says.
type statement struct {
	tlog.Tree
	Origin string
	At     time.Time
}

// errUnsigned: no key that is known signed it.
var errUnsigned = errors.New("no known key signed it")

// openNote checks the signatures of a note. One that carries a bad signature of
// a known key is refused, and so is one that no known key signed (errUnsigned;
// the note is given all the same).
func openNote(msg string, known []string) (*note.Note, error) {
	var list []note.Verifier
	for _, k := range slices.Compact(slices.Sorted(slices.Values(known))) {
		v, err := note.NewVerifier(k)
		if err != nil {
			return nil, fmt.Errorf("verifier key %q: %w", k, err)
		}
		list = append(list, v)
	}
	n, err := note.Open([]byte(msg), note.VerifierList(list...))
	if unverified, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		return unverified.Note, errUnsigned
	}
	return n, err
}

// open checks the signatures of a checkpoint and reads it; with errUnsigned it
// gives what the note says.
func open(msg string, known []string) (statement, error) {
	n, unsigned := openNote(msg, known)
	if n == nil {
		return statement{}, fmt.Errorf("open checkpoint: %w", unsigned)
	}
	s, err := parseStatement(n.Text)
	for _, sig := range n.Sigs {
		if sig.Name != s.Origin {
			return s, fmt.Errorf("checkpoint of %s is signed as %s", s.Origin, sig.Name)
		}
	}
	if err == nil {
		err = unsigned
	}
	return s, err
}

func parseStatement(text string) (statement, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 4 {
		return statement{}, errors.New("checkpoint has fewer than four lines")
	}
	s := statement{Origin: lines[0]}
	var err error
	if s.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil || s.N < 1 {
		return s, fmt.Errorf("size of the checkpoint %q is no number above zero", lines[1])
	}
	if s.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		return s, fmt.Errorf("root of the checkpoint: %w", err)
	}
	at, ok := strings.CutPrefix(lines[3], "time ")
	if s.At, err = time.Parse(time.RFC3339, at); err != nil || !ok {
		return s, fmt.Errorf("time of the checkpoint %q: must be \"time\" and RFC 3339", lines[3])
	}
	return s, nil
}

// verifierOf computes the verifier key of a signing key's line
// (PRIVATE+KEY+name+hash+key, note's format).
func verifierOf(line string) (string, error) {
	parts := strings.SplitN(line, "+", 5)
	if len(parts) != 5 {
		return "", errors.New("is no signing key")
	}
	public, err := publicKey(parts[4])
	if err != nil {
		return "", err
	}
	return note.NewEd25519VerifierKey(parts[2], public)
}

// publicKey gives the public half of the last part of a signing key: base64 of
// one byte for the algorithm, 1 for Ed25519, and the 32 bytes of the seed.
func publicKey(encoded string) (ed25519.PublicKey, error) {
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(b) != 1+ed25519.SeedSize || b[0] != 1 {
		return nil, errors.New("is no Ed25519 key")
	}
	return ed25519.NewKeyFromSeed(b[1:]).Public().(ed25519.PublicKey), nil
}
