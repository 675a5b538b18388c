package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// Kind says what a record of the log is.
type Kind uint8

// The kinds.
const (
	KindAgent    Kind = 1 // payload of the agent's side
	KindCustomer Kind = 2 // payload of the customer's side
	KindEvent    Kind = 3 // JSON
	KindEnd      Kind = 4 // the recording was closed in an ordinary way; Position is its end
	// KindShift corrects what was written before: the last Timestamp packets of
	// the SSRC on the side whose kind is in PayloadType stand Position samples later.
	KindShift Kind = 5
	KindThird Kind = 6 // payload of a third party
)

// Record is one entry of a log.
type Record struct {
	Kind        Kind
	PayloadType uint8
	Sequence    uint16 // RTP
	SSRC        uint32
	Timestamp   uint32
	Position    int64 // sample on the recording's timeline
	Arrival     int64 // ns since the recorder was opened
	Payload     []byte
}

// The header: length of the payload, kind, payload type, sequence, a reserved
// word, SSRC, time stamp, position, arrival, and CRC-32C over all but itself.
const (
	headerSize = 40
	maxPayload = 4096
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Append adds the record to a buffer.
func (r *Record) Append(b []byte) []byte {
	at := len(b)
	le := binary.LittleEndian
	b = le.AppendUint16(b, uint16(len(r.Payload)))
	b = append(b, byte(r.Kind), r.PayloadType)
	b = le.AppendUint16(b, r.Sequence)
	b = le.AppendUint16(b, 0)
	b = le.AppendUint32(b, r.SSRC)
	b = le.AppendUint32(b, r.Timestamp)
	b = le.AppendUint64(b, uint64(r.Position))
	b = le.AppendUint64(b, uint64(r.Arrival))
	sum := crc32.Update(crc32.Checksum(b[at:], castagnoli), castagnoli, r.Payload)
	b = le.AppendUint32(b, sum)
	b = le.AppendUint32(b, 0)
	return append(b, r.Payload...)
}

// Scan reads records until the end or the first one that is not whole: a log
// cut off by a crash ends there, whatever comes after. The payload is valid
// during the call. whole is false when bytes were left over.
func Scan(r io.Reader, each func(*Record) error) (whole bool, err error) {
	br := bufio.NewReaderSize(r, 256<<10)
	var head [headerSize]byte
	payload := make([]byte, maxPayload)
	var rec Record
	le := binary.LittleEndian
	for {
		n, err := io.ReadFull(br, head[:])
		if errors.Is(err, io.EOF) && n == 0 {
			return true, nil
		}
		if err != nil {
			return false, cut(err)
		}
		length := int(le.Uint16(head[0:]))
		if length > maxPayload {
			return false, nil
		}
		if _, err := io.ReadFull(br, payload[:length]); err != nil {
			return false, cut(err)
		}
		if !rec.decode(head[:], payload[:length]) {
			return false, nil
		}
		if err := each(&rec); err != nil {
			return false, err
		}
	}
}

// Each reads the records of a buffer that Append has made.
func Each(b []byte, each func(*Record)) {
	var rec Record
	for len(b) >= headerSize {
		length := int(binary.LittleEndian.Uint16(b))
		if len(b) < headerSize+length || !rec.decode(b[:headerSize], b[headerSize:headerSize+length]) {
			return
		}
		each(&rec)
		b = b[headerSize+length:]
	}
}

// decode reads a header; false when the checksum does not fit.
func (r *Record) decode(head, payload []byte) bool {
	le := binary.LittleEndian
	sum := crc32.Update(crc32.Checksum(head[:32], castagnoli), castagnoli, payload)
	if sum != le.Uint32(head[32:]) || head[2] == 0 {
		return false
	}
	*r = Record{
		Kind: Kind(head[2]), PayloadType: head[3], Sequence: le.Uint16(head[4:]), SSRC: le.Uint32(head[8:]), Timestamp: le.Uint32(head[12:]),
		Position: int64(le.Uint64(head[16:])), Arrival: int64(le.Uint64(head[24:])), Payload: payload,
	}
	return true
}

// cut makes a log that ends too soon no error; a disk that cannot be read is one.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
