"""What all tests share: the helpers of :mod:`crawling` can be imported from anywhere below this folder."""
