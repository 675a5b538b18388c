package recording

import (
	"huifang/media"
	"huifang/recording/spool"
)

// shift moves packets of a side, counted from 0 in the order of the log.
type shift struct {
	from, to uint32
	by       int64 // samples
}

// shifts are what was found out about a place after it had been written.
type shifts [spool.KindThird + 1][]shift // by kind

func voice(rec *spool.Record) bool {
	pt := media.PayloadType(rec.PayloadType)
	return side(rec.Kind) && (pt == media.PCMA || pt == media.PCMU)
}

// side reports whether records of a kind are the sound of a party.
func side(k spool.Kind) bool {
	return k == spool.KindAgent || k == spool.KindCustomer || k == spool.KindThird
}

// correction appends to a log what the last packet found out about those before.
func (t *track) correction(side spool.Kind, arrival int64, log []byte) []byte {
	if t.shifted == 0 || t.moved == 0 {
		return log
	}
	return (&spool.Record{Kind: spool.KindShift, PayloadType: uint8(side), Timestamp: t.moved, Position: t.shifted, Arrival: arrival}).Append(log)
}

// readShifts reads the log for its corrections.
func readShifts(e spool.Entry) (shifts, error) {
	var out shifts
	var count [spool.KindThird + 1]uint32
	var whole bool
	err := scan(e, &whole, func(rec *spool.Record) error {
		switch of := spool.Kind(rec.PayloadType); {
		case voice(rec):
			count[rec.Kind]++
		case rec.Kind == spool.KindShift && side(of):
			n := min(rec.Timestamp, count[of])
			out[of] = append(out[of], shift{from: count[of] - n, to: count[of], by: rec.Position})
		}
		return nil
	})
	return out, err
}

// reader gives the place of each packet of voice, which must come in the order
// of the log.
func (s shifts) reader() func(*spool.Record) int64 {
	var count [spool.KindThird + 1]uint32
	return func(rec *spool.Record) int64 {
		n := count[rec.Kind]
		count[rec.Kind]++
		list := s[rec.Kind]
		for len(list) > 0 && n >= list[0].to {
			list = list[1:]
		}
		s[rec.Kind] = list
		if len(list) > 0 && n >= list[0].from {
			return rec.Position + list[0].by
		}
		return rec.Position
	}
}
