package visit

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// Point is where the pen was: X and Y from 0 to 1 of the field's width and
// height, T in milliseconds from the first point.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	T int     `json:"t"`
}

// Stroke is what was drawn without lifting the pen.
type Stroke []Point

// The picture of a signature, in pixels.
const (
	Width  = 600
	Height = 200
	pen    = 1.6 // radius
)

const (
	maxStrokes = 200
	maxPoints  = 10_000
	minLength  = 0.15 // of the field's width: a dot is no signature
)

// ErrSignature says that strokes are no signature.
var ErrSignature = errors.New("is no signature: at least a line of a seventh of the field's width, within the field")

// checkStrokes says whether the strokes can be a signature.
func checkStrokes(strokes []Stroke) error {
	points, length := 0, 0.0
	for _, s := range strokes {
		points += len(s)
		for i, p := range s {
			if !(p.X >= 0 && p.X <= 1 && p.Y >= 0 && p.Y <= 1) || p.T < 0 { // NaN is neither
				return ErrSignature
			}
			if i > 0 {
				length += math.Hypot(p.X-s[i-1].X, (p.Y-s[i-1].Y)*Height/Width)
			}
		}
	}
	if len(strokes) > maxStrokes || points > maxPoints {
		return fmt.Errorf("has more than %d strokes or %d points", maxStrokes, maxPoints)
	}
	if length < minLength {
		return ErrSignature
	}
	return nil
}

// Draw gives the picture of strokes as PNG, dark on white. Rule C-26.
func Draw(strokes []Stroke) ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, Width, Height), color.Palette{color.White, color.RGBA{R: 20, G: 30, B: 60, A: 255}})
	dot := func(x, y float64) {
		for py := int(y - pen); py <= int(y+pen)+1; py++ {
			for px := int(x - pen); px <= int(x+pen)+1; px++ {
				if math.Hypot(float64(px)-x, float64(py)-y) <= pen && image.Pt(px, py).In(img.Rect) {
					img.SetColorIndex(px, py, 1)
				}
			}
		}
	}
	for _, s := range strokes {
		for i, p := range s {
			x, y := p.X*(Width-1), p.Y*(Height-1)
			if i == 0 {
				dot(x, y)
				continue
			}
			fx, fy := s[i-1].X*(Width-1), s[i-1].Y*(Height-1)
			steps := int(math.Hypot(x-fx, y-fy)) + 1
			for n := 1; n <= steps; n++ {
				part := float64(n) / float64(steps)
				dot(fx+(x-fx)*part, fy+(y-fy)*part)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("draw signature: %w", err)
	}
	return b.Bytes(), nil
}
