# SPDX-License-Identifier: GPL-2.0-or-later
# Cycles per packet, stacked by cause, one bar per strategy, the total above it.
# Variables: nr label[] cause[] colour[] causes label_chars label_lines
#            $bars (strategy number, then one column per cause)
reset # a script is loaded once for each format
set title 'Cycles per packet by cause'
set ylabel 'core cycles per received packet'
set style data histograms
set style histogram rowstacked
set style fill solid 1.0 border rgb '#ffffff'
set boxwidth 0.6 relative
set yrange [0:*]
set offsets 0, 0, graph 0.08, 0
set format y '%.0f'
set grid ytics lc rgb '#dddddd' lt 1 lw 0.5
set border 3 lc rgb '#444444'
set ytics nomirror
set rmargin 24
# Labels that would run into each other are turned (about 75 characters fit below the bars).
if (nr * (label_chars + 1) > 75) {
	set xtics nomirror scale 0 rotate by 30 right ()
	set bmargin label_chars * 0.36 + label_lines + 1.5
} else {
	set xtics nomirror scale 0 ()
	set bmargin label_lines + 1.5
}
do for [i = 1:nr] { set xtics add (label[i] i - 1) }
set key outside right center vertical invert Left reverse samplen 1.5 spacing 1.2 noenhanced

total(dummy) = sum [c = 2:causes + 1] column(c)

plot for [c = 1:causes] $bars using (column(c + 1)) lc rgb colour[c] lw 0.5 title cause[c], \
     $bars using 0:(total(0)):(sprintf('%.0f', total(0))) with labels offset 0, 0.7 notitle
