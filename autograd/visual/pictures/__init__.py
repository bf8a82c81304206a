"""From a graph to a picture.

- ``picture``: boxes, lines and frames, before anybody knows where they go
- ``labels``: what is written in them
- ``heat``: what their colours mean
- ``colours``: the colours
- ``layout``: where they go
- ``svg``: how they are drawn
"""
