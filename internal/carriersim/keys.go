package carriersim

import (
	"encoding/binary"
	"strings"
	"time"
)

// pressesKeys presses keys both ways in which a carrier may pass them on.
func pressesKeys(c *call, talk time.Duration) error {
	if err := c.answerAs(plain); err != nil {
		return err
	}
	if err := c.wait(talk); err != nil {
		return err
	}
	for _, digit := range []byte("42#") {
		if err := c.press(digit); err != nil {
			return err
		}
	}
	c.send("INFO", []byte("Signal=7\r\nDuration=160\r\n"))
	return c.wait(forever)
}

// press sends a key as a telephone event of 160 ms, its end three times (RFC
// 4733 2.5.1.4), and 100 ms of pause.
func (c *call) press(digit byte) error {
	c.mu.Lock()
	s := c.media
	c.mu.Unlock()
	at := s.eventTime()
	for n := range 11 {
		length := min(n+1, 8) * frameSamples
		payload := binary.BigEndian.AppendUint16([]byte{byte(strings.IndexByte(dtmfSymbols, digit)), 10}, uint16(length))
		if n >= 8 {
			payload[1] |= 0x80
		}
		s.sendEvent(at, n == 0, payload)
		if err := c.wait(frameTime); err != nil {
			return err
		}
	}
	return c.wait(100 * time.Millisecond)
}

// eventTime is the time stamp of an event that begins now.
func (s *stream) eventTime() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.timestamp
}

func (s *stream) sendEvent(at uint32, first bool, payload []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.event == 0 || s.closed {
		return
	}
	p := packet{marker: first, payloadType: s.event, sequence: s.sequence, timestamp: at, ssrc: s.ssrc, payload: payload}
	s.sequence++
	if _, err := s.conn.WriteToUDPAddrPort(p.append(make([]byte, 0, rtpHeader+len(payload))), s.remote); err == nil {
		s.sent++
	}
}
