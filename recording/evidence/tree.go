package evidence

import "golang.org/x/mod/sumdb/tlog"

// peaks is a tree as the roots of its whole subtrees, the largest first: all
// that is needed to add leaves and to give the root (RFC 6962 2.1). The verifier
// uses it and so shares no code with what wrote the tree.
type peaks struct {
	size   int64
	hashes []tlog.Hash
}

// add gives the hashes that the leaf completes, the leaf's own first; their
// stored indexes follow one another from tlog.StoredHashIndex(0, index) on.
func (p *peaks) add(h tlog.Hash) []tlog.Hash {
	done := []tlog.Hash{h}
	for n := p.size; n&1 == 1; n >>= 1 {
		left := p.hashes[len(p.hashes)-1]
		p.hashes = p.hashes[:len(p.hashes)-1]
		h = tlog.NodeHash(left, h)
		done = append(done, h)
	}
	p.hashes = append(p.hashes, h)
	p.size++
	return done
}

// root is the tree's hash; of an empty tree zero.
func (p *peaks) root() tlog.Hash {
	if len(p.hashes) == 0 {
		return tlog.Hash{}
	}
	h := p.hashes[len(p.hashes)-1]
	for i := len(p.hashes) - 2; i >= 0; i-- {
		h = tlog.NodeHash(p.hashes[i], h)
	}
	return h
}
