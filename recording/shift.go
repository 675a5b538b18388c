package recording

import (
	"cmp"
	"slices"

	"huifang/media"
	"huifang/recording/spool"
)

// stream is one source of one side.
type stream struct {
	side spool.Kind
	ssrc uint32
}

// shift moves packets of a stream, counted from 0 in the order of the log.
type shift struct {
	from, to uint32
	by       int64 // samples
}

// shifts are what was found out about a place after it had been written. Those
// of one stream may overlap: a packet moves by their sum.
type shifts map[stream][]shift

func voice(rec *spool.Record) bool {
	pt := media.PayloadType(rec.PayloadType)
	return side(rec.Kind) && (pt == media.PCMA || pt == media.PCMU)
}

// side reports whether records of a kind are the sound of a party.
func side(k spool.Kind) bool {
	return k == spool.KindAgent || k == spool.KindCustomer || k == spool.KindThird
}

// corrections appends to a log what was found out about earlier packets.
func corrections(moves []move, side spool.Kind, arrival int64, log []byte) []byte {
	for _, m := range moves {
		log = (&spool.Record{Kind: spool.KindShift, PayloadType: uint8(side), SSRC: m.ssrc, Timestamp: m.n, Position: m.by, Arrival: arrival}).Append(log)
	}
	return log
}

// readShifts reads the log for its corrections.
func readShifts(e spool.Entry) (shifts, error) {
	out := shifts{}
	count := map[stream]uint32{}
	var whole bool
	err := scan(e, &whole, func(rec *spool.Record) error {
		switch {
		case voice(rec):
			count[stream{rec.Kind, rec.SSRC}]++
		case rec.Kind == spool.KindShift:
			of := stream{spool.Kind(rec.PayloadType), rec.SSRC}
			n := min(rec.Timestamp, count[of])
			out[of] = append(out[of], shift{from: count[of] - n, to: count[of], by: rec.Position})
		}
		return nil
	})
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b shift) int { return cmp.Compare(a.from, b.from) })
	}
	return out, err
}

// reader gives the place of each packet of voice, which must come in the order
// of the log.
func (s shifts) reader() func(*spool.Record) int64 {
	type place struct {
		n           uint32
		ahead, here []shift // by where they begin; those that hold n
	}
	at := map[stream]*place{}
	return func(rec *spool.Record) int64 {
		of := stream{rec.Kind, rec.SSRC}
		p := at[of]
		if p == nil {
			p = &place{ahead: s[of]}
			at[of] = p
		}
		for len(p.ahead) > 0 && p.ahead[0].from <= p.n {
			p.here, p.ahead = append(p.here, p.ahead[0]), p.ahead[1:]
		}
		p.here = slices.DeleteFunc(p.here, func(m shift) bool { return m.to <= p.n })
		pos := rec.Position
		for _, m := range p.here {
			pos += m.by
		}
		p.n++
		return pos
	}
}
