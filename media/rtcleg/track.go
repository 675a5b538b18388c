package rtcleg

import (
	"strings"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"huifang/media"
)

// track is what we send: one stream out of a [media.Rewriter]. It stands in for
// pion's static track, which would write one payload type over voice and
// telephone events alike.
type track struct {
	id string

	mu       sync.Mutex
	prefer   media.PayloadType // the law to send if the party takes it
	rewriter *media.Rewriter
	stream   webrtc.TrackLocalWriter // nil until bound
	event    uint8                   // negotiated, 0 for none
	header   rtp.Header
	sent     uint64
	closed   bool
}

var _ webrtc.TrackLocal = (*track)(nil)

// Bind is pion's word that the negotiation is done.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var law *webrtc.RTPCodecParameters
	t.event = 0
	agreed := c.CodecParameters()
	for i := range agreed {
		switch p := &agreed[i]; {
		case strings.EqualFold(p.MimeType, mimeEvent) && p.ClockRate == 8000:
			t.event = uint8(p.PayloadType)
		case p.PayloadType == webrtc.PayloadType(t.prefer):
			law = p
		case law == nil && isLaw(p):
			law = p
		}
	}
	if law == nil {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	t.rewriter.SetSSRC(uint32(c.SSRC()))
	t.rewriter.SetTarget(media.PayloadType(law.PayloadType), t.event)
	t.stream = c.WriteStream()
	return *law, nil
}

func isLaw(p *webrtc.RTPCodecParameters) bool {
	return strings.EqualFold(p.MimeType, webrtc.MimeTypePCMA) || strings.EqualFold(p.MimeType, webrtc.MimeTypePCMU)
}

// Unbind is pion's word that the track is not needed any more.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.mu.Lock()
	t.stream = nil
	t.mu.Unlock()
	return nil
}

func (t *track) ID() string                { return t.id }
func (t *track) StreamID() string          { return "huifang" }
func (t *track) RID() string               { return "" }
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }

// write sends a frame; before the connection is made it is dropped.
func (t *track) write(f *media.Frame) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return ErrClosed
	}
	if t.stream == nil {
		return nil
	}
	h, payload, ok := t.rewriter.Rewrite(f)
	if !ok {
		return nil
	}
	t.header.Version = 2
	t.header.Marker, t.header.PayloadType = h.Marker, h.PayloadType
	t.header.SequenceNumber, t.header.Timestamp, t.header.SSRC = h.Sequence, h.Timestamp, h.SSRC
	n, err := t.stream.WriteRTP(&t.header, payload)
	if n > 0 {
		t.sent++
	}
	return err
}

func (t *track) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
}

func (t *track) packetsSent() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sent
}

// eventType is the payload type of telephone events that the party sends and
// takes, 0 for none: an answer repeats the offer's number.
func (t *track) eventType() uint8 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.event
}
