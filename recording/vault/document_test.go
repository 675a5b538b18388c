package vault_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/crypto/chacha20poly1305"
)

// decryptByTheDocument is written from docs/protocols/recording-object.md alone,
// with none of our code and none of the library's.
func decryptByTheDocument(object []byte, keyFile string) (plain []byte, recording string, err error) {
	lines := strings.SplitN(string(object), "\n", 5)
	if len(lines) != 5 || lines[0] != "age-encryption.org/v1" {
		return nil, "", errors.New("no object")
	}
	stanza := strings.Split(lines[1], " ")
	if len(stanza) != 5 || stanza[0] != "->" || stanza[1] != "huifang-recording-v1" {
		return nil, "", errors.New("no stanza of ours")
	}
	keyID, recording := stanza[2], stanza[3]
	salt, _ := base64.RawStdEncoding.DecodeString(stanza[4])
	wrapped, _ := base64.RawStdEncoding.DecodeString(lines[2])
	mac, _ := base64.RawStdEncoding.DecodeString(strings.TrimPrefix(lines[3], "--- "))
	var key []byte
	for line := range strings.Lines(keyFile) {
		if id, text, _ := strings.Cut(strings.TrimSpace(line), " "); id == keyID {
			key, _ = base64.StdEncoding.DecodeString(text)
		}
	}
	derive := func(from, salt []byte, info string) []byte {
		out, _ := hkdf.Key(sha256.New, from, salt, info, 32)
		return out
	}
	block, err := aes.NewCipher(derive(key, salt, "huifang recording object v1"))
	if err != nil {
		return nil, "", err
	}
	gcm, _ := cipher.NewGCM(block)
	fileKey, err := gcm.Open(nil, make([]byte, 12), wrapped, []byte(keyID+" "+recording))
	if err != nil {
		return nil, "", err
	}
	header := len(strings.Join(lines[:3], "\n")) + 1
	h := hmac.New(sha256.New, derive(fileKey, nil, "header"))
	h.Write(object[:header+3])
	if !hmac.Equal(mac, h.Sum(nil)) {
		return nil, "", errors.New("another MAC")
	}
	payload := object[header+len(lines[3])+1:]
	box, _ := chacha20poly1305.New(derive(fileKey, payload[:16], "payload"))
	payload = payload[16:]
	for i := 0; len(payload) > 0; i++ {
		n := min(len(payload), 65552)
		nonce := make([]byte, 12)
		nonce[9], nonce[10] = byte(i>>8), byte(i)
		if n == len(payload) {
			nonce[11] = 1
		}
		part, err := box.Open(nil, nonce, payload[:n], nil)
		if err != nil {
			return nil, "", err
		}
		plain, payload = append(plain, part...), payload[n:]
	}
	return plain, recording, nil
}

func TestVault_TheDocumentSufficesToDecrypt(t *testing.T) {
	t.Parallel()
	older, newer := line(t, "2026a"), line(t, "2026b")
	v, id := vaultOf(t, newer, older), uuid.New()
	for _, size := range []int{0, 1000, 64 << 10, 64<<10*3 + 17} {
		want := noise(uint64(size), size)
		plain, recording, err := decryptByTheDocument(sealed(t, v, id, want), "# keys\n"+newer+older)
		if err != nil || recording != id.String() || !bytes.Equal(plain, want) {
			t.Fatalf("%d bytes: %s %v", size, recording, err)
		}
	}
}
