package signaling

// ring remembers the last RingSize frames by their numbers. The zero value is
// empty. The session's lock guards it.
type ring struct {
	frames [][]byte
	next   int    // where the next frame goes once the ring is full
	newest uint64 // number of the newest frame
}

func (r *ring) push(seq uint64, frame []byte) {
	r.newest = seq
	if len(r.frames) < RingSize {
		r.frames = append(r.frames, frame)
		return
	}
	r.frames[r.next] = frame
	r.next = (r.next + 1) % RingSize
}

// covers reports whether every frame after since is still here; last is the
// number of the session's last event.
func (r *ring) covers(since, last uint64) bool {
	if since >= last {
		return since == last
	}
	return r.newest == last && last-since <= uint64(len(r.frames))
}

// after gives the frames after since, oldest first.
func (r *ring) after(since, last uint64) ([][]byte, bool) {
	if !r.covers(since, last) {
		return nil, false
	}
	n := int(last - since)
	list := make([][]byte, 0, n)
	for i := len(r.frames) - n; i < len(r.frames); i++ {
		list = append(list, r.frames[(r.next+i)%len(r.frames)])
	}
	return list, true
}
