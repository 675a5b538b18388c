package sip

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	sipmsg "github.com/emiago/sipgo/sip"
)

const mediaSDP = "application/sdp"

// sdpBody is the session description of a message, nil when it has none: its
// body, or one part of it, as of carriers that send ISUP along (RFC 5621 3).
func sdpBody(m sipmsg.Message) []byte {
	body := m.Body()
	if len(body) == 0 || len(body) > maxSDP {
		return nil
	}
	kind, params := contentType(m)
	switch {
	case kind == mediaSDP:
		return body
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		return sdpPart(body, params["boundary"])
	}
	return nil
}

func sdpPart(body []byte, boundary string) []byte {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return nil
		}
		if kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err != nil || kind != mediaSDP {
			continue
		}
		sdp, err := io.ReadAll(p)
		if err != nil || len(sdp) == 0 {
			return nil
		}
		return sdp
	}
}

// foreignBody reports whether a message has a body that we must understand and
// do not (RFC 3261 8.2.3, 20.11).
func foreignBody(m sipmsg.Message) bool {
	if len(m.Body()) == 0 || sdpBody(m) != nil {
		return false
	}
	_, params, err := mime.ParseMediaType(headerValue(m, "Content-Disposition"))
	return err != nil || !strings.EqualFold(params["handling"], "optional")
}

func contentType(m sipmsg.Message) (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(headerValue(m, "Content-Type", "c"))
	if err != nil {
		return "", nil
	}
	return kind, params
}
